"""The whole story by hand: plan, refusal, approval, progress, result and undo of 24,546 rows, by two people in two browsers."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from django.db import connection

from governance.models import Operation, Violation
from tests.browser import serving
from tests.browser.desk import Desk, seated
from tests.workers import working

ROWS = 24_546
CHECKSUM = "SELECT md5(string_agg((to_jsonb(e) - 'version' - 'updated_at')::text, '|' ORDER BY id)) FROM governance_huberror e"
DONE_MS = 90_000


@pytest.fixture
def site(committed_backlog, redis_server) -> Iterator[str]:
    """The console with the whole backlog; a worker is started by the test."""
    with serving() as address:
        yield address


def checksum() -> str:
    with connection.cursor() as cursor:
        cursor.execute(CHECKSUM)
        return cursor.fetchone()[0]


def approve(manager: Desk) -> None:
    """Decide the request that waits in the inbox."""
    manager.go("Approvals")
    manager.page.get_by_role("heading", name="Park 24,546 NO_MATCH errors").wait_for()
    manager.press("Approve")


def watch(manager: Desk) -> None:
    """Leave the page alone until it says by itself that the operation has ended."""
    manager.page.get_by_role("heading", level=1).get_by_text("Done").wait_for(timeout=DONE_MS)


def plan_parking(ops: Desk) -> None:
    """From the group of NO_MATCH to a frozen plan."""
    ops.go("Errors", "Groups")
    ops.page.get_by_role("rowheader").get_by_role("link", name="NO_MATCH").first.click()
    ops.page.get_by_role("link", name="all 24,546 matching", exact=True).click()
    ops.sees("are selected, on every page")
    ops.page.get_by_role("button", name="Park…").click()
    ops.page.get_by_label("Reason").select_option("STRUCTURAL_NO_DOL_MATCH")
    ops.press("Preview: park 24,546 rows")
    ops.page.get_by_role("heading", name="Park 24,546 NO_MATCH errors").wait_for()


def start_anyway(ops: Desk) -> None:
    """Send what the page does not offer."""
    token = ops.page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    answer = ops.page.request.post(f"{ops.page.url}start/", form={"csrfmiddlewaretoken": token})
    assert answer.status == 409 and "V-GATE-002" in answer.text()


def test_the_backlog_is_parked_and_given_back_by_two_people(browser, site):
    before = checksum()
    with ExitStack() as evening:
        ops = evening.enter_context(seated(browser, site, "ops"))
        manager = evening.enter_context(seated(browser, site, "manager"))

        plan_parking(ops)
        assert not ops.page.get_by_role("button", name="Start").count()
        start_anyway(ops)
        assert Violation.objects.get().code == "V-GATE-002"
        assert checksum() == before

        ops.press("Request approval for 24,546 rows")
        approve(manager)
        manager.sees("No worker has taken it up yet")
        evening.enter_context(working())
        watch(manager)

        assert [manager.figure(name) for name in ("Applied", "Skipped", "Failed")] == [ROWS, 0, 0]
        parked = Operation.objects.get()
        assert parked.applied == parked.planned == ROWS
        assert checksum() != before

        ops.page.reload()
        ops.press("Preview undo")
        ops.press("Request approval for 24,546 rows")
        manager.go("Approvals")
        manager.press("Approve")
        watch(manager)

        assert manager.figure("Applied") == ROWS
        assert checksum() == before
        assert manager.complaints == ops.complaints == []
