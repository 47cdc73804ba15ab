"""Imports: an operation like any other, out of rows that were judged before."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.exceptions import ApprovalRequired, ImportRefused, NotPermitted, StateRefused
from governance.models import Event, HubError, ImportFile, ImportRow, Operation
from governance.queries.operations import staged
from governance.services.approvals import requests, votes
from governance.services.files import imports
from governance.services.operations import runner, steering, turns
from tests import make
from tests.governance.services.files.uploads import BAD, checked

pytestmark = pytest.mark.django_db


@pytest.fixture
def triager():
    return make.triager()


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


def test_the_check_and_the_run_agree_row_by_row(triager):
    file = checked(triager, 4, extra=BAD)
    staged = set(file.staged.filter(problems__isnull=True).values_list("subject_id", flat=True))

    runner.run(imports.plan(file, by=triager, only_good=True))

    assert {str(key) for key in HubError.objects.values_list("pk", flat=True)} == staged and len(
        staged
    ) == file.good == 4


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
    taken = file.staged.first().subject_id
    make.error(make.DOL, id=taken, message="the other")

    operation = imports.plan(file, by=triager)
    runner.run(operation)

    assert operation.refusals == {staged.EXISTS: 1} and operation.applied == 1
    assert HubError.objects.get(pk=taken).message == "the other"


def test_an_import_goes_on_where_it_was_killed(triager):
    operation = imports.plan(checked(triager, 9), by=triager)
    steering.start(operation, by=triager)
    Operation.objects.filter(pk=operation.pk).update(throttle=4)
    runner.run_chunk(operation.pk)
    assert HubError.objects.count() == 4

    Operation.objects.filter(pk=operation.pk).update(
        throttle=None, heartbeat_at=timezone.now() - timedelta(minutes=5)
    )
    assert turns.resume_abandoned() == 1

    operation.refresh_from_db()
    assert (operation.state, operation.applied, HubError.objects.count()) == ("done", 9, 9)
    assert Event.objects.filter(action="IMPORT").count() == 9


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
