"""What an analyst does every morning, in a browser: why is a company stuck, who moved, what goes out."""

import csv
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from governance.models import ReadinessSnapshot
from governance.queries.readiness import snapshots
from tests.browser import serving
from tests.browser.desk import Desk, seated

ROWS_OF_A_COMMENT = "#"


@pytest.fixture(scope="module")
def site(changed_backlog) -> Iterator[str]:
    """The console with the whole backlog, of which these tests only read."""
    with serving() as address:
        yield address


@pytest.fixture
def analyst(browser, site, redis_server, django_db_blocker) -> Iterator[Desk]:
    """An analyst at the first page."""
    with django_db_blocker.unblock(), seated(browser, site, "analyst") as desk:
        desk.page.goto(f"{site}/")
        yield desk


def total(desk: Desk) -> int:
    """Read of how many rows a list is."""
    counted = desk.page.get_by_text(re.compile(r"shown of\s+[\d,]+")).first
    return int(counted.inner_text().split()[-1].replace(",", ""))


def test_why_a_company_is_stuck_is_found_in_three_steps(analyst):
    page = analyst.page

    page.get_by_role("link", name="4,314", exact=True).first.click()
    page.locator("tbody a[data-open]").first.click()

    analyst.sees("Bottleneck:", "Can be promoted to", "What to do")
    assert page.get_by_role("heading", level=1).inner_text()
    assert analyst.complaints == []


def test_what_is_seen_goes_out_with_exactly_its_count(analyst):
    page = analyst.page
    page.get_by_role("link", name="80", exact=True).first.click()
    analyst.sees("80 companies")

    page.get_by_role("link", name="Export", exact=True).click()
    with page.expect_download() as coming:
        page.get_by_role("link", name="CSV", exact=True).click()

    with Path(coming.value.path()).open(encoding="utf-8-sig", newline="") as text:
        stated = [line for line in text if not line.startswith(ROWS_OF_A_COMMENT)]
    assert len(list(csv.DictReader(stated))) == 80


def test_two_days_are_compared_and_the_companies_that_moved_opened(analyst):
    page = analyst.page
    last = ReadinessSnapshot.objects.latest("day").day

    analyst.go("Trends")
    page.get_by_label("From", exact=True).fill(str(last - timedelta(days=10)))
    page.get_by_label("To", exact=True).fill(str(last))
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="Companies that moved").click()
    moved = total(analyst)
    name = page.locator("tbody a[data-open]").first.inner_text()
    page.locator("tbody a[data-open]").first.click()

    assert moved == len(snapshots.moved(last - timedelta(days=10), last)) > 0
    assert page.get_by_role("heading", level=1).inner_text().startswith(name.splitlines()[0])
    assert analyst.complaints == []
