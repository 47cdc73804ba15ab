"""Calls made from the schema: whatever is sent by whomever, nothing breaks and no answer is one that the schema does not describe."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.urls import get_resolver
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from outreach_admin.api.openapi.pages import described
from tests import make, strays
from tests.test_walk import under_api
from tests.walk.callers import PIPELINE
from tests.walk.every import ENDPOINTS
from tests.walk.visits import STRANGER
from tests.walk.world import ROLES, World

FEW, MANY = 2, 50
MIGHTIEST = "manager"
# what our code says is no hint, and tokens are given by the tests
OURS = {
    "analysis": {"constants": {"enabled": False}},
    "generation": {"with-security-parameters": False},
}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
SCHEMA = schemathesis.openapi.from_dict(
    json.loads(json.dumps(described())), config=SchemathesisConfig.from_dict(OURS)
)
SERVED = get_wsgi_application()


def read_whole(environ: Any, start_response: Any) -> list[bytes]:
    """Answer as a server does: read to the end, then closed, which gives back a download's seat."""
    with closing(SERVED(environ, start_response)) as blocks:
        return list(blocks)


SCHEMA.app = read_whole
EVERY = {found.ok().label: found.ok() for found in SCHEMA.get_all_operations()}
# they read on a connection of their own, which sees only what is committed
FILES = {label: one for label, one in EVERY.items() if label.endswith(("export/", "download/"))}
OPERATIONS = {label: one for label, one in EVERY.items() if label not in FILES}
NAMES = {re.sub("<[^>]+>", "{}", f"/{route}"): name for route, name, _ in under_api(get_resolver())}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """Keep the connection of the test, with all it has made, from the end of each call."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture(autouse=True, scope="module")
def as_migrated_afterwards(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Leave nothing that calls of tools have committed beside the tests."""
    yield
    with django_db_blocker.unblock():
        strays.restore()


def everybody(world: World) -> dict[str, str]:
    """Give everybody a token of every scope that he may have."""
    every = ["read", "triage", "approve", "pipeline", "checks"]
    secrets = {role: make.token(account=world.people[role], scopes=every)[1] for role in ROLES}
    less = [scope for scope in every if scope != "approve"]
    return secrets | {
        PIPELINE: make.token(pipeline="loader", scopes=less)[1],
        STRANGER: "",
    }


def sound(operation: Any, world: World) -> Any:
    """Make the call of the walk: about something that is there."""
    name = NAMES[re.sub("{[^}]+}", "{}", operation.path)]
    line = ENDPOINTS[name]
    parts = re.findall("{([^}]+)}", operation.path)
    sent = line.methods[operation.method.lower()].sent(world)
    has_body = operation.method.upper() in ("POST", "PUT", "PATCH")
    return operation.Case(
        path_parameters=dict(zip(parts, map(str, line.objects(world)), strict=True)),
        **({"body": sent, "media_type": "application/json"} if has_body else {}),
    )


def judge(case: Any, secret: str) -> int:
    """Call, look at the answer, take back what was done."""
    with transaction.atomic():
        status = called(case, secret)
        transaction.set_rollback(True)
    return status


def called(case: Any, secret: str) -> int:
    """Call, and look at the answer."""
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    # in an address everything is a text, whatever it was made as
    strict = [negative_data_rejection] if case.operation.body else []
    answer = case.call_and_validate(headers=headers, checks=CHECKS + strict)
    return int(answer.status_code)


def judge_any(
    operation: Any,
    secrets: dict[str, str],
    *,
    examples: int,
    call: Callable[[Any, str], int] = judge,
) -> None:
    modes = [operation.as_strategy(generation_mode=mode) for mode in GenerationMode]

    @settings(
        max_examples=examples * len(modes),
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=st.one_of(modes))
    def each(case: Any) -> None:
        for secret in secrets.values():
            call(case, secret)

    each()


# what is written there stays, whatever becomes of a test: here they are called in vain, by their own tests soundly
LEDGER = {
    "POST /api/canon/calls/": 422,
    "POST /api/canon/calls/{id}/settle/": 404,
}


@pytest.mark.parametrize("label", OPERATIONS)
def test_a_sound_call_goes_through_and_no_other_breaks_or_is_answered_otherwise(label):
    world = World()
    secrets = everybody(world)
    case = sound(OPERATIONS[label], world)

    statuses = {who: judge(case, secret) for who, secret in secrets.items()}

    assert statuses[STRANGER] == 401
    if label in LEDGER:
        assert set(statuses.values()) == {401, 403, LEDGER[label]}, statuses
    else:
        assert [status for status in statuses.values() if status < 300], statuses
    judge_any(OPERATIONS[label], {MIGHTIEST: secrets[MIGHTIEST]}, examples=FEW)


@pytest.mark.soak
@pytest.mark.parametrize("label", OPERATIONS)
def test_no_call_of_very_many_breaks(label):
    world = World()
    secrets = everybody(world)
    sound(OPERATIONS[label], world)

    judge_any(OPERATIONS[label], secrets, examples=MANY)
