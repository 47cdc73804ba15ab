"""Every value of JSON in every field of every body: refused or taken, never broken."""

from collections.abc import Iterator
from typing import Any

import pytest

from governance.services.approvals import requests
from governance.services.operations import plans, runner
from tests import make
from tests.callers import Caller
from tests.governance.rules import RETRY, planned

pytestmark = pytest.mark.django_db

LONG = "x" * 10_000
VALUES = (
    None,
    True,
    0,
    -1,
    1.5,
    10**30,
    "",
    " ",
    "x",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "\0",
    LONG,
    [],
    [[]],
    [None, True, 1.5, {}],
    [LONG],
    {},
    {"x": {}},
    {LONG: LONG},
)
PLAN = {
    "verb": "park",
    "parameters": {"reason": "DATA_QUALITY", "owner": "", "ttl_tier": ""},
    "filter": {"disposition": "RETRY", "created_after": "9d-ago", "q": "x", "code": ["x"]},
    "except": [],
    "note": "",
    "as_of": "2026-01-01T00:00:00Z",
}
RULE = RETRY | {"subject": "error", "filter": ""}
BODIES = {
    "/api/operations/": PLAN,
    "/api/operations/preview/": PLAN | {"ids": []},
    "/api/operations/search/": {"filter": {"state": "done"}, "sort": "", "size": 1, "cursor": ""},
    "/api/operations/{operation}/request-approval/": {"note": ""},
    "/api/operations/{operation}/throttle/": {"rows_a_second": 1},
    "/api/operations/{operation}/retry/": {"outcome": "failed", "reason": ""},
    "/api/operations/{operation}/revise/": {"parameters": {"reason": "DATA_QUALITY"}},
    "/api/approvals/{approval}/approve/": {"plan_hash": "", "comment": ""},
    "/api/approvals/{approval}/reject/": {"plan_hash": "", "comment": ""},
    "/api/approvals/{approval}/comment/": {"body": ""},
    "/api/playbooks/{playbook}/simulate/": {"rules": [RULE]},
    "/api/runs/": {"playbook": "x", "note": ""},
    "/api/runs/{run}/request-approval/": {"note": ""},
}
# the others have more parts than a run has time for
SHORT = tuple(one for one, body in BODIES.items() if len(str(body)) < 60)
BARE = ("start", "pause", "resume", "cancel", "discard", "undo")


def changed(body: Any) -> Iterator[Any]:
    """Put each value in the place of each part of a body, the whole of it included."""
    yield from VALUES
    parts = body.items() if isinstance(body, dict) else enumerate(body)
    for place, inner in list(parts):
        deeper = changed(inner) if isinstance(inner, dict | list) else VALUES
        for value in deeper:
            other = body.copy()
            other[place] = value
            yield other


@pytest.fixture
def boss() -> Caller:
    return Caller(make.manager(), "triage", "approve")


@pytest.fixture
def places(boss) -> dict[str, Any]:
    """One object of each kind that addresses speak of."""
    make.policy(verbs=["resolve"])
    by = make.triager()
    gated = plans.make("resolve", errors=[make.error()], by=by, note="x")
    asked = requests.make(gated, by=by)
    own = boss.token.account
    ended = plans.make("park", errors=[make.error()], by=own, reason="DATA_QUALITY")
    runner.run(ended)
    make.error()
    run = planned(RETRY, by=own)
    return {
        "operation": ended.pk,
        "approval": asked.pk,
        "run": run.pk,
        "playbook": run.version.playbook.slug,
    }


@pytest.mark.parametrize(
    "address",
    [pytest.param(one, marks=[] if one in SHORT else pytest.mark.soak) for one in BODIES],
)
def test_no_value_in_any_field_breaks_anything(address, boss, places):
    path = address.format(**places)

    found = {}
    for body in changed(BODIES[address]):
        answer = boss.post(path, body)
        if answer.status_code >= 500:
            found[repr(body)[:200]] = answer.status_code

    assert found == {}


@pytest.mark.parametrize("action", BARE)
def test_a_body_where_none_is_read_is_an_empty_object(action, boss, places):
    path = f"/api/operations/{places['operation']}/{action}/"

    for body in VALUES:
        if body != {}:
            assert boss.post(path, b"null" if body is None else body).status_code == 400
