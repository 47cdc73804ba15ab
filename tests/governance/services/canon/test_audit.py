"""The hourly audit: each breach becomes one violation, and only one."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from governance.models import Event, ToolCall, Violation, ViolationCase
from governance.queries.canon.cases import Overdue
from governance.services.canon import audit
from tests import ledgers, make
from tests.governance.queries.canon.test_suspects import HUNTER, MX, NOW, call


@pytest.mark.django_db
def test_a_breach_is_recorded_once_with_its_case_company_and_history():
    on = make.outreach()
    left = call(HUNTER, since=90, entity=str(on.pk), hub="HUB-PEOPLE", correlation_id="c-7")
    call(MX, since=30, took=1, is_stored=False)

    first, second = audit.audit(), audit.audit()

    assert first.found == {"V-SCOPE-002": 0, "V-TYPE-002": 1, "V-TYPE-003": 1} and first.is_kept
    assert second.total == 0 and Violation.objects.count() == 2
    kept = Violation.objects.get(code="V-TYPE-002")
    assert (kept.call_id, kept.tool, kept.hub_id) == (left.pk, "hunter-enricher", "HUB-PEOPLE")
    assert (kept.outreach_id, kept.correlation_id, kept.actor) == (on.pk, "c-7", "system")
    assert kept.at == left.reserved_at + timedelta(minutes=10)
    assert kept.message == "The ENRICH call was not settled within 10 minutes, and is still open."
    assert (kept.case.disposition, kept.case.severity) == ("RETRY", "MEDIUM")
    assert ViolationCase.objects.get(code="V-TYPE-003").disposition == "IGNORE"
    event = Event.objects.get(subject_type="governance.violation", subject_key=str(kept.pk))
    assert (event.action, event.actor, event.to_state) == ("violation.recorded", "system", "RETRY")


@pytest.mark.django_db
def test_a_dry_run_counts_what_the_audit_would_record_and_records_nothing():
    call(HUNTER, since=60, took=12, passed=False)

    tried = audit.audit(dry_run=True)

    assert tried.found == {"V-SCOPE-002": 1, "V-TYPE-002": 1, "V-TYPE-003": 0}
    assert not tried.is_kept and not Violation.objects.exists()
    assert audit.audit().found == tried.found
    said = {kept.code: kept.message for kept in Violation.objects.all()}
    assert "TOOL-008 was called without the guard's word" in said["V-SCOPE-002"]
    assert "but after 12 min" in said["V-TYPE-002"]


@pytest.mark.django_db
def test_as_of_an_earlier_moment_it_finds_what_had_been_broken_by_then():
    call(HUNTER, since=60)

    early = audit.audit(at=NOW - timedelta(minutes=55))

    assert early.total == 0
    assert audit.audit().total == 1


@pytest.mark.django_db
def test_cases_past_their_time_are_counted_and_stay_as_they_are():
    case = make.violation(at=NOW - timedelta(days=8))

    assert audit.audit().overdue == Overdue(open=1, holding=1)

    case.refresh_from_db()
    assert case.disposition == "PARKED" and case.is_blocking and case.version == 1


@pytest.mark.django_db
def test_many_breaches_cost_the_same_queries_as_a_few():
    on = make.outreach()
    entities = [str(on.pk), on.domain, "nobody.example", ""]
    wanted = HUNTER | {"reserved_at": NOW - timedelta(hours=1)}
    costs = []

    for count in (4, 40):
        ToolCall.objects.bulk_create(
            ledgers.unsaved(**wanted, entity=entities[place % 4]) for place in range(count)
        )
        with CaptureQueriesContext(connection) as queries:
            assert audit.audit().total == count
        costs.append(len(queries))

    assert costs[0] == costs[1] < 15
    assert Violation.objects.filter(outreach=on).count() == 22


@pytest.mark.django_db
def test_it_goes_on_until_nothing_is_left(monkeypatch):
    monkeypatch.setattr(audit, "AT_ONCE", 2)
    for since in (30, 40, 50, 60):
        call(HUNTER, since=since)

    assert audit.audit().total == Violation.objects.count() == 4


@pytest.mark.django_db
def test_plain_sql_cannot_record_the_same_breach_of_a_call_twice():
    make.violation("V-TYPE-002", call_id=7)
    make.violation("V-SCOPE-002", call_id=7)

    with pytest.raises(IntegrityError, match="violation_of_a_call_once"), transaction.atomic():
        make.violation("V-TYPE-002", call_id=7)


def test_audits_at_the_same_time_record_each_breach_once(committed_db):
    for since in range(20, 40):
        call(HUNTER, since=since)
    totals = []

    def look():
        totals.append(audit.audit().total)
        connections.close_all()

    threads = [threading.Thread(target=look) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert sorted(totals) == [0, 0, 0, 20] and Violation.objects.count() == 20
