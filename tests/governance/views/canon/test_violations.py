"""Violations of the tool canon as pages."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import make
from tests.markup import tight

pytestmark = pytest.mark.django_db
LIST = "/canon/violations/"
HOSTILE = "<script>alert(1)</script> \x1b[31m \u202etxet =cmd()"


@pytest.fixture
def ops(client):
    """The client of a signed-in triager."""
    client.force_login(make.triager())
    return client


def queries(client, address):
    # parts are asked for by htmx
    headers = {"HX-Request": "true"} if "part=" in address else {}
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address, headers=headers).status_code == 200
    return len(captured)


def rows(page: str) -> list[str]:
    return re.findall(r'data-row="([^"]+)"', page)


def of(case) -> str:
    return f"{LIST}{case.pk}/"


@pytest.mark.parametrize(
    "address",
    [
        LIST,
        f"{LIST}?part=facets",
        f"{LIST}?part=total",
        f"{LIST}?part=results&code=V-GATE-001&q=gate",
        f"{LIST}?sort=expires",
    ],
)
def test_a_hundred_violations_cost_as_many_queries_as_one(ops, address):
    make.violation(outreach=make.company().outreach)
    alone = queries(ops, address)

    for _ in range(99):
        make.violation(outreach=make.company().outreach)

    assert queries(ops, address) == alone


def test_the_newest_stands_first_and_a_row_says_what_was_refused_and_about_whom(ops):
    company = make.company()
    old = make.violation(at="2026-01-01T00:00:00Z")
    new = make.violation(outreach=company.outreach, message="mx_present is false")

    shown = ops.get(LIST).text

    assert rows(shown) == [str(new.pk), str(old.pk)]
    assert "mx_present is false" in shown
    assert f'href="/companies/{company.outreach_id}/">{company.company_name}</a>' in shown
    assert f'href="{LIST}export/' in shown


def test_a_violation_tells_the_fact_the_conditions_and_what_to_do(ops):
    company = make.company(outreach=make.promotable())
    failed = [{"fact": "mx_present", "condition": "mx_present is true", "said": "is false"}]
    case = make.violation(
        outreach=company.outreach,
        context={"failed": failed, "canon_version": 7},
    )

    shown = tight(ops.get(of(case)).text)

    assert "V-GATE-001: Gate conditions not met" in shown
    assert "mx_present is true" in shown
    assert "See that every condition above holds, then retry." in shown
    assert "It was set aside by system for ESCALATION_REQUIRED" in shown
    assert "It keeps its company from promotion while it is RETRY or PARKED." in shown
    assert company.company_name in shown
    assert "alone opens 5 gates: DOL, People, Blog, BIT, Outreach." in shown
    assert "canon_version" in shown
    assert "Resolve…" in shown


def test_its_story_is_its_own(ops):
    case = make.violation()
    make.violation()

    assert ops.get(of(case)).text.count("Created") == 1


def test_a_violation_about_nobody_blocks_nobody(ops):
    case = make.violation("V-TOOL-001", outreach=None, tool="", tool_id="TOOL-014", hub_id="")

    shown = tight(ops.get(of(case)).text)

    assert "TOOL-014" in shown
    assert "it blocks nobody" in shown


@pytest.mark.parametrize(
    "context",
    [
        {"failed": [1, None, "x", {"fact": HOSTILE}]},
        {"failed": {"a": 1}},
        {"failed": HOSTILE, HOSTILE: HOSTILE},
        {},
    ],
)
def test_whatever_a_program_wrote_is_shown_as_text(ops, context):
    case = make.violation(context=context, tool=HOSTILE, entity=HOSTILE, message=HOSTILE)

    for address in (LIST, of(case)):
        shown = ops.get(address).text
        assert "<script>alert" not in shown
        assert "\u202e" not in shown


def test_a_number_that_no_violation_has_is_not_found(ops):
    assert ops.get(f"{LIST}99999999999999999999/").status_code == 404


def test_the_company_names_the_violation_among_its_blockers(ops):
    on = make.promotable()
    case = make.violation(outreach=on, hub_id="HUB-OUTREACH")

    shown = tight(ops.get(f"/companies/{on.pk}/").text)

    assert f'href="{of(case)}"' in shown
    assert "Bottleneck: Outreach." in shown
    assert "BLOCKING_ERROR" in shown


def test_a_verb_leads_to_a_plan_that_says_what_opens(ops):
    case = make.violation(outreach=make.promotable())
    sent = {"scope": "ids", "ids": case.pk, "as_of": "2026-11-29T00:00:00Z"}

    answer = ops.post("/operations/plan/resolve_violation/", sent, follow=True)

    assert answer.status_code == 200
    assert "violation" in answer.text


def test_a_tool_of_the_canon_is_led_to_and_a_banned_one_has_no_page(ops):
    known, banned = make.violation(tool="hunter-enricher"), make.violation(tool="Lusha")

    assert 'href="/tools/hunter-enricher/"' in ops.get(of(known)).text
    assert "/tools/Lusha/" not in ops.get(of(banned)).text
