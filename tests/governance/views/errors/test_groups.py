"""The groups page: exact counts, and every group is a filter that can be acted on."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from governance.filters.errors import ErrorFilter
from governance.models import GroupEffects, HubError, Operation
from governance.queries.errors import group_effects
from governance.services import groups as counting
from tests import make, sample

pytestmark = pytest.mark.django_db
GROUPS = reverse("governance:group-list")
QUEUE = reverse("governance:error-list")


@pytest.fixture
def ops(client):
    """The client of a signed-in triager."""
    client.force_login(make.triager())
    return client


def linked(page: str) -> dict[str, int]:
    """Give the counts that are links, by the filter they lead to."""
    found = re.findall(
        rf'<td class="num"><a class="link" href="{QUEUE}\?([^"]+)">([\d,]+)</a>', page
    )
    return {unescape(query): int(count.replace(",", "")) for query, count in found}


@pytest.mark.parametrize("grouping", ["cause", "tries", "owner", "expiry"])
@pytest.mark.parametrize("narrowed", ["", "&severity=HIGH", "&q=mail", "&disposition=PARKED"])
def test_every_count_is_a_link_to_its_rows(ops, grouping, narrowed):
    sample.of(120)

    page = ops.get(f"{GROUPS}?view={grouping}{narrowed}").text

    counted = linked(page)
    assert counted
    assert counted == {query: ErrorFilter.from_text(query).qs.count() for query in counted}


def test_the_page_says_when_large_groups_were_counted(ops, monkeypatch):
    for name in ("READ_WHOLE", "READ_APART", "KEPT_FROM"):
        monkeypatch.setattr(group_effects, name, 1)
    make.errors(3)
    now = ops.get(f"{GROUPS}?part=effect").text

    counting.count_effects()

    ahead = ops.get(f"{GROUPS}?part=effect").text
    assert "effect of large groups as of" not in now
    assert (
        f'effect of large groups as of <time datetime="{GroupEffects.objects.get(pk="cause").counted_at.isoformat()}'
        in ahead
    )


@pytest.mark.parametrize("grouping", ["cause", "tries", "owner", "expiry"])
def test_the_effect_comes_as_a_part_and_without_javascript(ops, grouping):
    sample.of(60)

    part = ops.get(f"{GROUPS}?view={grouping}&part=effect", headers={"HX-Request": "true"})
    whole = ops.get(f"{GROUPS}?view={grouping}&part=effect")

    for answer in (part, whole):
        assert (
            "gates open" in answer.text
            or "gate opens" in answer.text
            or "could run again" in answer.text
        )
        assert "hx-get" not in answer.text.split('id="groups"')[1]
    assert "<html" not in part.text and "<html" in whole.text


def test_a_cause_whose_tries_differ_is_split(ops):
    make.errors(3, retry_count=1)
    make.errors(2, retry_count=2)

    page = ops.get(GROUPS).text

    assert "1 of 3 tries used" in page and "one try left: park" in page
    assert {3, 2, 5} <= set(linked(page).values())


def test_acting_on_a_group_plans_its_rows(ops):
    wanted = make.errors(3, make.DOL, code="NO_STATE", message="No state on file")
    make.errors(2, make.DOL)
    page = ops.get(GROUPS).text
    forms = re.findall(r'<form method="post" action="([^"]+)">(.*?)</form>', page, re.DOTALL)
    address, body = next((address, body) for address, body in forms if "NO_STATE" in body)
    fields = {
        name: unescape(value)
        for name, value in re.findall(r'name="(scope|filter|as_of)" value="([^"]*)"', body)
    }

    ops.post(address, {**fields, "reason": "DATA_QUALITY"})

    assert address == reverse("governance:operation-plan", args=["park"])
    operation = Operation.objects.get(verb="park", filter=fields["filter"])
    assert set(operation.items.values_list("subject_id", flat=True)) == {
        str(error.pk) for error in wanted
    }


def test_what_is_not_open_is_listed_apart(ops):
    make.errors(4, make.URL)
    make.error()

    page = ops.get(GROUPS).text

    assert (
        linked(page)[
            "category=OPERATIONAL&code=dns_error&disposition=ARCHIVED&error_table=company.url_discovery_failures"
        ]
        == 4
    )


@pytest.mark.parametrize(
    "text",
    [
        "view=colour",
        "part=total",
        "after=-1",
        "after=x",
        "after=1000000",
        "sort=rows",
        "size=50",
        "nope=1",
        "disposition=x",
        "select=all",
    ],
)
def test_a_wrong_address_is_refused(ops, text):
    make.error()

    answer = ops.get(f"{GROUPS}?{text}")

    assert answer.status_code == 400 and "CT-M-NO-MX" not in answer.text


def test_nothing_open_is_said(ops):
    assert "Nothing is open here" in ops.get(GROUPS).text


@pytest.mark.parametrize("part", ["", "&part=effect"])
def test_groups_cost_the_same_for_one_and_fifty(ops, part):
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert ops.get(f"{GROUPS}?view=cause{part}").status_code == 200
        return len(found)

    make.error(message="cause zero")
    one = queries()
    for n in range(60):
        make.error(message=f"cause {chr(97 + n // 26)}{chr(97 + n % 26)}")

    assert queries() == one <= 24
    assert HubError.objects.count() == 61


def offered(page: str) -> set[str]:
    """Give the verbs whose plans the page offers."""
    address = reverse("governance:operation-plan", args=["VERB"]).replace("VERB", "([a-z_]+)")
    return set(re.findall(f'action="{address}"', page))


def test_figures_that_take_no_time_are_on_the_page_at_once(ops):
    make.error(outreach=make.promotable())

    page = ops.get(GROUPS).text

    assert "1 gate opens" in page
    assert "being counted" not in page and 'hx-get="?part=effect"' not in page


@pytest.mark.parametrize("few", [True, False])
def test_figures_that_take_time_come_afterwards_by_themselves(ops, monkeypatch, few):
    make.error()
    monkeypatch.setattr(group_effects, "READ_WHOLE", 40_000 if few else 0)

    page = ops.get(f"{GROUPS}?q=mail" if few else GROUPS).text

    assert "being counted" in page
    assert 'hx-trigger="load"' in page.split('id="groups"')[1].split(">")[0]


def test_after_parking_nobody_is_asked_to_call_structural_errors_fixed(ops):
    make.errors(3, make.DOL, disposition="PARKED", park_reason="STRUCTURAL_NO_DOL_MATCH")

    page = ops.get(GROUPS).text

    assert "parked for a person: a further try does not help" in page
    assert not offered(page)


def test_rows_that_are_queued_are_not_offered_another_try(ops):
    make.errors(3, retry_count=1, next_retry_at=timezone.now() + timedelta(minutes=30))
    assert "a further try is queued already" in (page := ops.get(GROUPS).text)
    assert not offered(page)

    HubError.objects.update(next_retry_at=timezone.now() - timedelta(minutes=1))

    assert offered(ops.get(GROUPS).text) == {"retry"}


def test_a_group_says_what_companies_still_lack(ops):
    make.error(make.DOL, outreach=make.target("ready").outreach)

    page = ops.get(GROUPS).text

    assert "0 gates open" in page
    assert "1 loses its last blocker, but DOL is not done" in page


def test_a_group_without_an_error_of_late_has_no_peak(ops):
    make.error(created_at=timezone.now() - timedelta(days=40))
    old = ops.get(GROUPS).text
    make.error(make.DOL)

    page = ops.get(GROUPS).text

    assert "peak 0" not in old and "a day</span>" not in old
    assert "peak 1 a day" in page
