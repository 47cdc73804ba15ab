"""Calls for files, made from the schema: what is sent is read on a connection of its own."""

import pytest

from tests.test_any_call import FEW, FILES, called, everybody, judge_any, sound
from tests.walk.visits import STRANGER
from tests.walk.world import World

pytestmark = pytest.mark.usefixtures("committed_db", "redis_server")
# of files nobody has made yet, and of those of others
REFUSED = {403, 404, 409}


@pytest.mark.parametrize("label", FILES)
def test_a_sound_call_is_answered_as_described(label):
    world = World()
    secrets = everybody(world)
    case = sound(FILES[label], world)

    statuses = {who: called(case, secret) for who, secret in secrets.items()}

    assert statuses.pop(STRANGER) == 401
    assert set(statuses.values()) - REFUSED == (set() if "download" in label else {200})


@pytest.mark.parametrize("label", FILES)
def test_no_call_breaks_or_is_answered_otherwise_than_described(label):
    secrets = everybody(World())

    judge_any(FILES[label], secrets, examples=FEW, call=called)
