"""A request in one window: who decides reads what happens, its effect and the checks without scrolling."""

import pytest
from django.urls import reverse

from governance.models import HubError, Playbook
from governance.services.approvals import requests
from governance.services.operations import plans
from governance.services.playbooks import run_plans
from tests import make
from tests.browser.scene import cookies_of

SLUG = "ops-backlog-cleanup"
NOTE = (
    "DOL has no filings for these until March. MX failures with a try left get one more look-up; "
    "the 26 with two used up are parked."
)
SEEN = ("h-will", "h-gates", "h-gate")


@pytest.fixture
def run(committed_db):
    """The clean-up as shipped, with rows for its rules, asked for with a note."""
    make.errors(3, make.DOL)
    make.error(make.CT, retry_count=2)
    make.error(make.CT, retry_count=1)
    make.error(make.PEOPLE, retry_count=1)
    make.target("failed")
    run = run_plans.make(Playbook.objects.get(slug=SLUG).current, by=make.triager())
    requests.make(run, by=run.requester, note=NOTE)
    return run


@pytest.fixture
def window(browser, run, site):
    """The request as a manager opens it, 1280 x 800."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_cookies(cookies_of(make.manager(), site))
    page = context.new_page()
    page.goto(f"{site}{reverse('governance:approval-list')}")
    yield page
    context.close()


def is_in_one_window(window) -> bool:
    """Tell whether all that is decided on stands above the bar that decides, and this in sight."""
    bar = window.locator("#decide").bounding_box()
    for part in SEEN:
        box = window.locator(f"section[aria-labelledby={part}]").bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= bar["y"], part
    assert bar["y"] + bar["height"] <= 800
    return window.evaluate("window.scrollY") == 0


def test_a_run_is_understood_and_decided_in_one_window(window, run):
    assert is_in_one_window(window)

    text = window.locator("section[aria-labelledby=h-will]").inner_text()
    assert "because no match in the federal filings" in text
    assert text.count("PARKED because") == 3 and "queued for a further attempt" in text


def test_so_is_one_whose_rows_have_changed_and_are_in_other_plans(window, run):
    rows = HubError.objects.filter(error_table=make.DOL)
    for _ in range(3):
        plans.make("park", errors=rows, by=run.requester, reason="DATA_QUALITY")
    rows.filter(pk=rows.first().pk).update(owner="Platform team")

    window.reload()

    assert window.get_by_text("Overlaps with what waits or runs").is_visible()
    assert window.get_by_text("Rows have changed since the plan").is_visible()
    assert is_in_one_window(window)


def test_raw_filters_are_behind_a_link(window):
    filters = window.locator("#filters .code").first
    assert not filters.is_visible()

    window.get_by_role("link", name="Filters", exact=True).click()

    filters.wait_for(state="visible")
    assert "disposition=RETRY" in filters.inner_text()


def test_a_rejection_without_a_reason_leads_to_where_it_is_typed(window):
    window.locator("button[value=reject]").click()

    window.locator("#decide [name=comment][aria-invalid=true]:focus").wait_for()
