"""The clean-up over HTTP, by two tokens of two people, and its way back: of a few rows, and of the whole backlog."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import User
from django.db import connection

from governance.models import ArchivedError, HubError
from governance.models.hubs import (
    BitScore,
    BlogContent,
    CompanyMaster,
    CompanySlot,
    CompanyTarget,
    DolFiling,
    Outreach,
    Person,
)
from tests import make, sample
from tests.browser import serving, wait_for
from tests.remote import RemoteCaller
from tests.workers import working

TABLES = (
    HubError,
    ArchivedError,
    Outreach,
    CompanyTarget,
    DolFiling,
    BlogContent,
    BitScore,
    Person,
    CompanySlot,
    CompanyMaster,
)
DIGEST = "SELECT md5(string_agg((to_jsonb(t) - 'version' - 'updated_at')::text, '|' ORDER BY {})) FROM {} t"
LONGEST = 300


def checksums() -> dict[str, str]:
    """Digest every row of errors, archive and hubs, but for what each change raises."""
    found = {}
    with connection.cursor() as cursor:
        for model in TABLES:
            key, table = model._meta.pk.column, model._meta.db_table
            cursor.execute(DIGEST.format(key, table))
            found[table] = cursor.fetchone()[0]
    return found


def caller(site: str, username: str, *scopes: str) -> RemoteCaller:
    person = User.objects.get(username=username)
    _, secret = make.token(account=person, scopes=list(scopes))
    return RemoteCaller(site, secret)


def approved(ops: RemoteCaller, manager: RemoteCaller, run: int) -> dict:
    """Have a run asked for, read and agreed to; return it as it stands at its end."""
    asked = ops.post(f"/api/runs/{run}/request-approval/", {"note": "All of it."})
    assert asked.status == 201, asked.said
    own = ops.post(f"/api/approvals/{asked.said['id']}/approve/", {"plan_hash": "x"})
    assert own.status == 403
    (due,) = manager.get("/api/approvals/?list=due").said["results"]
    read = manager.get(f"/api/approvals/{due['id']}/").said
    agreed = manager.post(
        f"/api/approvals/{due['id']}/approve/",
        {"plan_hash": read["plan_hash"]},
    )
    assert (agreed.status, agreed.said["state"]) == (200, "used"), agreed.said
    return wait_for(lambda: ended(ops, run), seconds=LONGEST)


def ended(ops: RemoteCaller, run: int) -> dict | None:
    said = ops.get(f"/api/runs/{run}/").said
    return said if said["finished_at"] else None


def outcomes(ops: RemoteCaller, run: dict) -> dict[str, int]:
    """Add up what became of the rows of a run."""
    found: dict[str, int] = {}
    for step in run["operations"]:
        lines = ops.get(f"/api/operations/{step['id']}/outcomes/").said
        assert sum(line["rows"] for line in lines) == step["planned"]
        for line in lines:
            found[line["outcome"]] = found.get(line["outcome"], 0) + line["rows"]
    return found


def told() -> SimpleNamespace:
    """What two people saw, step by step."""
    seen = SimpleNamespace(before=checksums())
    with serving() as site, working():
        ops = caller(site, "ops", "triage")
        manager = caller(site, "manager", "approve")
        seen.planned = ops.post("/api/runs/", {"playbook": "ops-backlog-cleanup"}, key="plan")
        run = seen.planned.said["id"]
        seen.refused = ops.post(f"/api/runs/{run}/start/")
        seen.untouched = checksums()
        seen.done = approved(ops, manager, run)
        seen.changed = checksums()
        seen.outcomes = outcomes(ops, seen.done)
        seen.report = wait_for(lambda: report(ops, run), seconds=LONGEST)
        seen.back = ops.post(f"/api/runs/{run}/undo/")
        seen.undone = approved(ops, manager, seen.back.said["id"])
        seen.told = ops.get(f"/api/runs/{run}/").said
        seen.after = checksums()
    return seen


def report(ops: RemoteCaller, run: int) -> dict | None:
    number = ops.get(f"/api/runs/{run}/").said["report"]
    return ops.get(f"/api/reports/{number}/").said if number else None


def rows_of(story: SimpleNamespace) -> int:
    """Look at the story as it goes with any rows; return how many there were to change."""
    rows = story.planned.said["eligible"]
    assert story.planned.status == 201 and rows > 0
    assert (story.refused.status, story.refused.said["violation"]) == (409, "V-GATE-002")
    assert story.untouched == story.before

    assert (story.done["state"], story.done["applied"]) == ("done", rows)
    assert story.outcomes["applied"] == rows
    assert story.changed != story.before
    assert story.report["reconciled"] is True
    assert story.report["run"]["approvers"] == ["manager"]

    assert (story.back.status, story.back.said["eligible"]) == (201, rows)
    assert (story.undone["state"], story.undone["applied"]) == ("done", rows)
    assert story.told["standing"] == "undone"
    assert story.after == story.before
    return rows


def test_two_people_clean_up_over_http_and_take_it_back(committed_db, redis_server):
    make.triager(username="ops")
    make.manager(username="manager")
    sample.of(120)
    make.target("failed")

    story = told()

    assert rows_of(story) == story.report["total_processed"] + 1
    assert story.report["actions"]["dol_errors_parked"] > 0
    assert story.report["actions"]["ct_reset_to_pending"] == 1


@pytest.mark.soak
def test_two_people_clean_up_the_whole_backlog_over_http(committed_backlog, redis_server):
    story = told()

    assert rows_of(story) == 35_210
    # targets with a blocking error were refused when it was planned
    assert story.outcomes == {"applied": 35_210, "skipped": 842}
    assert story.report["total_processed"] == 35_197
    assert story.report["actions"]["dol_errors_parked"] == 29_740
