"""A violation has a case whoever writes it, and an open one holds back its company: broken by plain SQL."""

import pytest
from django.db import Error, connection, transaction

from governance.models import Event, Readiness, Violation, ViolationCase
from governance.services import readiness
from tests import make, owner

pytestmark = pytest.mark.django_db
WRITTEN = """INSERT INTO governance_violation (code, tool_id, hub_id, outreach_id, severity, disposition,
        message, actor, channel, context)
    SELECT 'V-SCOPE-001', 'TOOL-006', 'HUB-DOL', outreach_id, 'CRITICAL', 'PARK', 'no', 'me', 'sql', '{}'
    FROM governance_outreach"""


def run(statement, *params):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, params)


def stands(on):
    row = Readiness.objects.get(pk=on.pk)
    return row.promotable, row.bottleneck, row.reason


def can_promote(on, hub):
    with connection.cursor() as cursor:
        cursor.execute("SELECT governance.can_promote(%s, %s)", [on.pk, hub])
        return cursor.fetchone()[0]


def test_plain_sql_opens_a_case_that_is_filed_by_its_fact():
    make.outreach()

    run(WRITTEN)

    case = ViolationCase.objects.get()
    assert (case.code, case.tool, case.hub_id) == ("V-SCOPE-001", "TOOL-006", "HUB-DOL")
    assert (case.disposition, case.parked_by, case.ttl_tier) == ("PARKED", "system", "SHORT")
    assert case.owner == "HUB-DOL team"
    assert (case.expires_at - case.at).days == 7


def test_a_refused_start_opens_no_case():
    run(
        """INSERT INTO governance_violation (code, tool_id, hub_id, operation_id, severity,
            disposition, message, actor, channel, context)
        VALUES ('V-GATE-002', '', '', %s, 'CRITICAL', 'PARK', 'no', 'me', 'sql', '{}')""",
        make.operation().pk,
    )

    assert Violation.objects.exists()
    assert not ViolationCase.objects.exists()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("code = 'V-TOOL-001'", "violationcase_as_its_fact"),
        ("outreach_id = NULL", "violationcase_as_its_fact"),
        ("hub_id = 'HUB-DOL'", "violationcase_as_its_fact"),
        ("at = now() - interval '1 day'", "violationcase_as_its_fact"),
        ("disposition = 'IGNORE'", "violationcase_machine"),
        ("disposition = 'LOST'", "violationcase_machine"),
        ("disposition = 'RESOLVED'", "violationcase_resolved_facts_paired"),
        ("park_reason = NULL", "violationcase_parked_facts_paired"),
        ("owner = ''", "violationcase_owner_present"),
        ("ttl_tier = 'EVER'", "violationcase_ttl_tier_known"),
        ("id = id + 1", "keeps its id"),
    ],
)
def test_a_case_keeps_its_rules(change, told):
    make.violation()

    with pytest.raises(Error) as refused:
        run(f"UPDATE governance_violationcase SET {change}")

    name = refused.value.__cause__.diag.constraint_name or ""
    assert told in f"{name} {refused.value}"


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"severity": "BAD"}, "violation_severity_known"),
        ({"disposition": "PARKED"}, "violation_disposition_known"),
    ],
)
def test_a_fact_has_a_severity_and_a_disposition_of_the_canon(columns, told):
    with pytest.raises(Error, match=told), transaction.atomic():
        make.violation(**columns)


@pytest.mark.parametrize("change", ["UPDATE {} SET message = 'x'", "DELETE FROM {}"])
def test_a_fact_is_never_changed(change):
    make.violation()

    with pytest.raises(Error, match="append-only"), transaction.atomic():
        owner.runs(change.format("governance_violation"))


@pytest.mark.parametrize("change", ["DELETE FROM {}", "TRUNCATE {}"])
def test_a_case_is_never_deleted(change):
    make.violation()
    run("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(Error, match="refused"), transaction.atomic():
        owner.runs(change.format("governance_violationcase"))


def test_a_case_written_as_it_was_has_not_changed():
    case = make.violation()
    before = Event.objects.count()

    run("UPDATE governance_violationcase SET owner = owner")

    case.refresh_from_db()
    assert (case.version, Event.objects.count()) == (1, before)


def test_the_expiry_follows_from_the_ttl():
    case = make.violation()

    run("UPDATE governance_violationcase SET ttl_tier = 'LONG', expires_at = now()")

    case.refresh_from_db()
    assert (case.expires_at - case.at).days == 90
    assert case.version == 2


@pytest.mark.parametrize(
    ("hub", "bottleneck", "others_wait"),
    [
        ("HUB-COMPANY-TARGET", "HUB-COMPANY-TARGET", True),
        ("HUB-DOL", "HUB-DOL", False),
        ("HUB-PEOPLE", "HUB-PEOPLE", False),
        ("HUB-BLOG-001", "HUB-OUTREACH", False),
        ("HUB-OUTREACH", "HUB-OUTREACH", False),
        ("", "HUB-OUTREACH", False),
    ],
)
def test_an_open_violation_holds_back_its_company(hub, bottleneck, others_wait):
    on = make.promotable()
    tier = Readiness.objects.get(pk=on.pk).tier

    case = make.violation(outreach=on, hub_id=hub)

    assert stands(on) == (False, bottleneck, "VIOLATION")
    assert Readiness.objects.get(pk=on.pk).tier == tier
    assert can_promote(on, "OUTREACH") is False
    assert can_promote(on, "BLOG") is not others_wait

    ViolationCase.objects.filter(pk=case.pk).update(disposition="ARCHIVED")

    assert stands(on) == (True, "", "")
    assert can_promote(on, "OUTREACH") is can_promote(on, "BLOG") is True


@pytest.mark.parametrize("code", ["V-GATE-003", "V-TYPE-003"])
def test_what_is_archived_or_only_logged_holds_nobody(code):
    on = make.promotable()

    make.violation(code, outreach=on)

    assert stands(on) == (True, "", "")


def test_readiness_kept_by_statements_equals_its_definition():
    for _ in range(3):
        make.promotable()
    run(WRITTEN)
    run("UPDATE governance_violationcase SET disposition = 'RETRY' WHERE mod(id, 2) = 0")

    assert readiness.check().differing == 0
    assert not Readiness.objects.filter(promotable=True).exists()


def test_a_row_that_differs_is_mended():
    on = make.promotable()
    make.violation(outreach=on)
    owner.corrupts(on.pk, ct_violations=0)
    assert stands(on)[0] is True

    assert readiness.rebuild() == 1

    assert stands(on)[0] is False
