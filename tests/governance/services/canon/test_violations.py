"""A refused call is kept for good and opens a case, whatever the caller wrote."""

import uuid
from datetime import UTC, datetime

import pytest

from governance.canon.guard import InteractionType, ToolCanonGuard
from governance.canon.results import ToolViolation
from governance.models import Event, Violation, ViolationCase
from governance.services.canon import violations
from governance.toolbox.codes import CODES
from tests import make

pytestmark = pytest.mark.django_db
AT = datetime(2026, 2, 2, 12, tzinfo=UTC)


def refused(code="V-GATE-001", **given):
    wanted = {
        "violation_code": code,
        "tool_id": "TOOL-008",
        "hub_id": "HUB-COMPANY-TARGET",
        "severity": CODES[code].severity,
        "disposition": CODES[code].disposition,
        "message": "mx_present is false",
        "timestamp": AT,
        "context": {"failed": [], "entity": "", "correlation_id": "c-1"},
    }
    return ToolViolation(**wanted | given)


def record(violation, **given):
    return violations.record(violation, actor="ingest", channel="api", **given)


def about(entity):
    return record(refused(context={"entity": entity})).outreach_id


def test_what_the_guard_refuses_is_kept_with_its_tool_hub_call_and_case():
    on = make.outreach()
    answer = ToolCanonGuard().validate(
        "TOOL-008", "HUB-PEOPLE", InteractionType.ENRICH, {"mx_present": False}, entity=on.domain
    )

    kept = record(answer.violation, call_id=7)

    kept.refresh_from_db()
    assert (kept.code, kept.tool_id, kept.tool) == ("V-GATE-001", "TOOL-008", "hunter-enricher")
    assert (kept.hub_id, kept.outreach_id, kept.entity) == ("HUB-PEOPLE", on.pk, on.domain)
    assert (kept.actor, kept.channel, kept.call_id) == ("ingest", "api", 7)
    assert kept.correlation_id == answer.correlation_id
    assert kept.context["failed"]
    assert kept.case.disposition == "PARKED"


@pytest.mark.parametrize("code", CODES)
def test_severity_and_disposition_of_each_code_decide_how_its_case_is_filed(code):
    record(refused(code))

    case = ViolationCase.objects.get()
    severity = CODES[code].severity.value
    filed = {"PARK": "PARKED", "ARCHIVE": "ARCHIVED"}
    disposition = CODES[code].disposition.value
    assert (case.code, case.severity) == (code, severity)
    assert case.disposition == filed.get(disposition, disposition)
    assert case.ttl_tier == {"CRITICAL": "SHORT", "LOW": "LONG"}.get(severity, "MEDIUM")


def test_the_company_is_found_by_any_name_that_an_entity_has():
    on = make.outreach()
    company = make.company(outreach=on)

    found = [about(name) for name in (str(on.pk), on.domain.upper())]

    assert found == [on.pk] * 2
    assert about(company.company_unique_id) == on.pk


def test_an_entity_that_names_nobody_or_several_is_about_no_company():
    make.outreach(domain="twins.example")
    make.outreach(domain="twins.example")

    found = {about(name) for name in ("", "stranger.example", str(uuid.uuid4()), "twins.example")}

    assert found == {None}


def test_a_company_that_is_given_is_taken():
    on = make.outreach()

    assert record(refused(), company=on.pk).outreach_id == on.pk


@pytest.mark.parametrize("text", ["x" * 10_000, "a\0b", "\ud800", "line\nbreak", "ü" * 300])
def test_any_text_is_kept_as_far_as_it_can_be(text):
    context = {"entity": text, text: [text, float("nan"), {"deep": text}]}
    violation = refused(tool_id=text, hub_id=text, message=text * 2, context=context)

    kept = record(violation, call_id=None)

    kept.refresh_from_db()
    assert len(kept.tool_id) <= 255
    assert kept.case.tool == kept.tool_id


def test_what_is_too_long_or_too_deep_is_left_out_of_the_context():
    deep: list = []
    for _ in range(500):
        deep = [deep]

    kept = [record(refused(context=one)) for one in ({"a": deep}, {"a": "x" * 1_100_000})]

    assert [one.context for one in kept] == [violations.TOO_MUCH] * 2


def test_the_history_of_a_case_begins_with_its_actor():
    case = record(refused()).case

    event = Event.objects.get(subject_type="governance.violation", subject_key=str(case.pk))
    assert (event.action, event.actor, event.to_state) == (
        "violation.recorded",
        "ingest",
        "PARKED",
    )


def test_nothing_stays_of_a_record_that_fails():
    with pytest.raises(Exception, match="check"):
        record(refused(timestamp=datetime(1800, 1, 1, tzinfo=UTC)))

    assert not Violation.objects.exists()
