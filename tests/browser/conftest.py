"""A committed scene and the console that shows it, for all browser tests of a module."""

import copy
from collections.abc import Iterator

import pytest
import redis
from django.conf import settings

from tests import spares
from tests.browser import serving
from tests.browser.scene import Scene


@pytest.fixture(scope="session")
def scene_as_made(django_db_setup, django_db_blocker) -> Scene:
    """Rows in every state, committed and kept: to make them takes ten times as long as to copy them."""
    with django_db_blocker.unblock():
        made = Scene()
        spares.keep("scene")
    return made


@pytest.fixture(scope="module")
def scene(scene_as_made, django_db_blocker) -> Iterator[Scene]:
    """Rows in every state, committed."""
    with django_db_blocker.unblock():
        spares.copied("scene", to="scene_of_a_module")
        spares.put_in_place("scene_of_a_module")
        yield copy.deepcopy(scene_as_made)
        spares.give_back("scene_of_a_module", is_changed=True)
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=5) as client:
        client.flushdb()


@pytest.fixture(scope="module")
def address(scene) -> Iterator[str]:
    """The console, served by a process of its own; without a worker, so that everything stays as it is."""
    with serving() as url:
        yield url
