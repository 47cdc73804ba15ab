"""Imports: an operation like any other, out of rows that were judged before; the database keeps both promises."""

import io
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from governance.exceptions import ApprovalRequired, ImportRefused, NotPermitted, StateRefused
from governance.models import Event, HubError, ImportFile, ImportRow, Operation
from governance.queries.operations import effects, outcomes, staged, undo_groups
from governance.resources import errors
from governance.services.approvals import requests, votes
from governance.services.files import imports
from governance.services.operations import plans, runner, steering, undos
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def triager():
    return make.triager()


def checked(by, count: int = 2, *, extra: str = "") -> ImportFile:
    rows = "".join(
        f"{uuid.uuid4()},{make.DOL},NO_MATCH,No filing {n},2026-01-05T10:00:00Z\n"
        for n in range(count)
    )
    return errors.check(
        io.BytesIO(f"error_id,error_table,code,message,created_at\n{rows}{extra}".encode()),
        name="errors.csv",
        by=by,
    )


BAD = f"x,{make.DOL},NO_MATCH,,\n"


def test_an_import_is_an_operation_with_an_outcome_and_an_event_per_row(triager):
    file = checked(triager, 3)

    operation = imports.plan(file, by=triager)
    runner.run(operation)

    assert (
        operation.kind,
        operation.verb,
        operation.state,
        operation.applied,
        operation.planned,
    ) == ("import", "import", "done", 3, 3)
    assert set(operation.items.values_list("outcome", "version")) == {("applied", None)}
    events = Event.objects.filter(operation_id=operation.pk)
    assert (
        set(events.values_list("action", "actor", "reason", "to_state"))
        == {("IMPORT", triager.username, "errors.csv", "RETRY")}
        and events.count() == 3
    )
    assert file.operation == operation and file.state == "planned"


def test_rows_are_stored_as_they_were_staged_and_filed_by_policy(triager):
    error_id = uuid.uuid4()
    raw = (
        "error_id,error_table,code,message,severity,disposition,park_reason,retry_count,details,created_at\n"
        f'{error_id},{make.CT},CT-M-NO-MX,"a, b",LOW,PARKED,DATA_QUALITY,3,"{{""k"": 1}}",2026-01-05T10:00:00+02:00\n'
    )
    file = errors.check(io.BytesIO(raw.encode()), name="x.csv", by=triager)

    runner.run(imports.plan(file, by=triager))

    error = HubError.objects.get(pk=error_id)
    assert (
        error.message,
        error.severity,
        error.disposition,
        error.park_reason,
        error.parked_by,
    ) == ("a, b", "LOW", "PARKED", "DATA_QUALITY", triager.username)
    assert (error.retry_count, error.retry_exhausted, error.details, error.version) == (
        3,
        True,
        {"k": 1},
        1,
    )
    assert (error.category, error.ttl_tier, error.blocks, error.owner) == (
        "OPERATIONAL",
        "MEDIUM",
        True,
        "HUB-COMPANY-TARGET team",
    )
    assert (
        error.created_at.isoformat() == "2026-01-05T08:00:00+00:00"
        and error.expires_at == error.created_at + timedelta(days=30)
    )
    assert error.text.body.startswith("a, b")


def test_the_check_and_the_run_agree_row_by_row(triager):
    file = checked(triager, 4, extra=BAD)
    staged = set(file.staged.filter(problems__isnull=True).values_list("error_id", flat=True))

    runner.run(imports.plan(file, by=triager, only_good=True))

    assert (
        set(HubError.objects.values_list("pk", flat=True)) == staged
        and len(staged) == file.good == 4
    )


def test_nothing_is_imported_from_a_file_with_problems_unless_the_good_rows_are_chosen(triager):
    file = checked(triager, 2, extra=BAD)

    with pytest.raises(ImportRefused, match="1 of 3 rows have problems"):
        imports.plan(file, by=triager)
    assert not Operation.objects.exists() and not HubError.objects.exists()

    operation = imports.plan(file, by=triager, only_good=True)
    runner.run(operation)
    assert (
        operation.applied == 2 == HubError.objects.count() and operation.parameters["left out"] == 1
    )


def test_a_file_without_a_good_row_cannot_be_imported(triager):
    file = checked(triager, 0, extra=BAD)

    with pytest.raises(ImportRefused, match="No row can be imported"):
        imports.plan(file, by=triager, only_good=True)


def test_over_500_rows_somebody_else_has_to_agree(triager):
    operation = imports.plan(checked(triager, 501), by=triager)

    assert operation.gate == "BULK-ROWS"
    with pytest.raises(ApprovalRequired):
        steering.start(operation, by=triager)
    assert not HubError.objects.exists()

    votes.approve(requests.make(operation, by=triager), by=make.manager())
    operation.refresh_from_db()
    runner.finish(operation)
    assert (operation.state, operation.applied) == ("done", 501)


def test_what_was_approved_cannot_be_edited(triager):
    operation = imports.plan(checked(triager, 501), by=triager)
    rows = ImportRow.objects.filter(file__operation=operation)

    with pytest.raises(Exception, match="cannot change"):
        rows.update(data={"code": "OTHER"})


def test_the_plan_is_bound_to_the_file(triager):
    file = checked(triager)
    operation = imports.plan(file, by=triager)

    assert operation.parameters["sha256"] == file.digest and len(file.digest) == 64


def test_an_id_taken_after_the_check_is_refused_in_the_plan(triager):
    file = checked(triager, 2)
    taken = file.staged.first().error_id
    make.error(make.DOL, id=taken, message="the other")

    operation = imports.plan(file, by=triager)
    runner.run(operation)

    assert operation.refusals == {staged.EXISTS: 1} and operation.applied == 1
    assert HubError.objects.get(pk=taken).message == "the other"


def test_an_id_taken_after_the_plan_is_skipped_and_not_overwritten(triager):
    file = checked(triager, 3)
    operation = imports.plan(file, by=triager)
    live, archived = file.staged.values_list("error_id", flat=True)[:2]
    make.error(make.DOL, id=live, message="the other")
    make.archived(make.DOL, id=archived)

    runner.run(operation)

    assert (
        dict(operation.items.values_list("subject_id", "reason")).items()
        >= {str(live): staged.EXISTS, str(archived): staged.ARCHIVED}.items()
    )
    assert (operation.applied, operation.skipped) == (1, 2)
    assert (
        HubError.objects.get(pk=live).message == "the other"
        and not HubError.objects.filter(pk=archived).exists()
    )


def test_a_row_that_the_database_refuses_fails_alone(triager):
    file = checked(triager, 3)
    broken = file.staged.first()
    broken.data["severity"] = "AWFUL"
    ImportRow.objects.filter(file=file, number=broken.number).update(data=broken.data)
    operation = imports.plan(file, by=triager)

    runner.run(operation)

    assert (operation.state, operation.applied, operation.failed) == ("done", 2, 1)
    assert "severity_known" in operation.items.get(outcome="failed").reason


def test_an_import_goes_on_where_it_was_killed(triager):
    operation = imports.plan(checked(triager, 9), by=triager)
    steering.start(operation, by=triager)
    Operation.objects.filter(pk=operation.pk).update(throttle=4)
    runner.run_chunk(operation.pk)
    assert HubError.objects.count() == 4

    Operation.objects.filter(pk=operation.pk).update(
        throttle=None, heartbeat_at=timezone.now() - timedelta(minutes=5)
    )
    assert runner.resume_abandoned() == 1

    operation.refresh_from_db()
    assert (operation.state, operation.applied, HubError.objects.count()) == ("done", 9, 9)
    assert Event.objects.filter(action="IMPORT").count() == 9


def test_undo_deletes_what_was_imported_and_leaves_what_was_changed_since(triager):
    operation = imports.plan(checked(triager, 3), by=triager)
    runner.run(operation)
    changed, gone, untouched = HubError.objects.order_by("pk")
    runner.run(plans.make("park", errors=[changed], by=triager, reason="DATA_QUALITY"))
    gone.delete()

    undo = undos.plan(operation, by=triager)
    runner.run(undo)

    assert list(HubError.objects.all()) == [changed]
    assert undo_groups.groups(undo) == {"reverted": 1, "changed_since": 1, "not_reversible": 1}
    event = Event.objects.get(subject_id=untouched.pk, operation_id=undo.pk)
    assert event.action == "UNDO" and event.before["code"] == "NO_MATCH"
    assert undo.items.get(subject_id=untouched.pk).before["message"] == untouched.message


def test_readiness_follows_an_import_and_its_undo(triager):
    ready = make.promotable()
    raw = f"error_table,code,outreach_id\n{make.DOL},NO_MATCH,{ready.pk}\n"
    operation = imports.plan(
        errors.check(io.BytesIO(raw.encode()), name="x.csv", by=triager), by=triager
    )

    runner.run(operation)
    assert not ready.readiness.promotable

    runner.run(undos.plan(operation, by=triager))
    ready.readiness.refresh_from_db()
    assert ready.readiness.promotable
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM governance.readiness_drift")
        assert cursor.fetchone() == (0,)


def test_the_plan_says_what_the_rows_will_block(triager):
    ready, other = make.promotable(), make.outreach()
    lines = [
        f"{make.DOL},NO_MATCH,{ready.pk},RETRY,MEDIUM",
        f"{make.DOL},NO_MATCH,{ready.pk},,",
        f"{make.CT},CT-M-NO-MX,{other.pk},RESOLVED,",
        f"{make.URL},dns_error,{other.pk},,",
        f"{make.LOG},UNREGISTERED,,,LOW",
    ]
    raw = "error_table,code,outreach_id,disposition,severity\n" + "\n".join(lines)

    operation = imports.plan(
        errors.check(io.BytesIO(raw.encode()), name="x.csv", by=triager), by=triager
    )

    assert {
        name: operation.effect[name]
        for name in ("blocking_rows", "companies", "blocked_companies", "closes")
    } == {
        "blocking_rows": 2,
        "companies": 2,
        "blocked_companies": 1,
        "closes": 1,
    }
    behind = operation.items.filter(subject_id__in=effects.rows_behind(operation, "closes"))
    assert behind.count() == 2
    runner.run(operation)
    assert HubError.objects.blocking().count() == operation.effect["blocking_rows"]


def test_the_approver_sees_rows_that_are_not_there_yet(triager):
    company = make.company()
    raw = f"error_table,code,outreach_id,domain,disposition\n{make.DOL},NO_MATCH,{company.outreach_id},a.example,RETRY\n{make.DOL},NO_MATCH,,b.example,\n"
    operation = imports.plan(
        errors.check(io.BytesIO(raw.encode()), name="x.csv", by=triager), by=triager
    )

    sample = {one.row.domain: one for one in outcomes.sample(operation)}

    assert {domain: (one.now, one.then) for domain, one in sample.items()} == {
        "a.example": ("new", "RETRY"),
        "b.example": ("new", "by policy"),
    }
    assert sample["a.example"].row.outreach.company == company
    runner.run(operation)
    assert {
        row.pk
        for row in outcomes.rows_of(
            operation, [str(one.row.pk) for one in sample.values()]
        ).values()
    } == set(HubError.objects.values_list("pk", flat=True))


def test_only_who_uploaded_a_file_can_import_or_discard_it(triager):
    file = checked(triager)

    for act in (imports.plan, imports.discard):
        with pytest.raises(NotPermitted, match="uploaded this file"):
            act(file, by=make.triager())
        with pytest.raises(NotPermitted, match="may not import"):
            act(file, by=make.analyst())


def test_a_file_is_decided_on_once(triager):
    file = checked(triager)
    imports.plan(file, by=triager)

    for act in (imports.plan, imports.discard):
        with pytest.raises(StateRefused, match="planned already"):
            act(file, by=triager)


def test_a_discarded_file_leaves_no_row(triager):
    file = checked(triager)

    imports.discard(file, by=triager)

    assert file.state == "discarded" and not file.staged.exists() and not HubError.objects.exists()


def test_staged_rows_are_dropped_a_week_after_they_were_needed(triager):
    waiting, ended, checked_only, fresh = (
        checked(triager, 501),
        checked(triager),
        checked(triager),
        checked(triager),
    )
    imports.plan(waiting, by=triager)
    runner.run(imports.plan(ended, by=triager))
    ImportFile.objects.exclude(pk=fresh.pk).update(created_at=timezone.now() - timedelta(days=8))

    assert imports.expire() == 2

    assert set(ImportRow.objects.values_list("file_id", flat=True)) == {waiting.pk, fresh.pk}
    checked_only.refresh_from_db()
    assert checked_only.state == "discarded"


def test_a_verb_button_never_imports(triager):
    error = make.error()

    operation = plans.make("import", errors=[error], by=triager)

    assert operation.eligible == 0 and operation.refusals == {"errors are imported from a file": 1}
