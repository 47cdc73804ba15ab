"""A chunk of an import, and of its undo."""

import io
import uuid
from datetime import timedelta

import pytest
from django.db import connection

from governance.models import Event, HubError, ImportRow
from governance.queries.operations import staged, undo_groups
from governance.resources import errors
from governance.services.files import imports
from governance.services.operations import plans, runner, undos
from tests import make
from tests.governance.services.files.uploads import checked

pytestmark = pytest.mark.django_db


@pytest.fixture
def triager():
    return make.triager()


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


def test_an_id_taken_after_the_plan_is_skipped_and_not_overwritten(triager):
    file = checked(triager, 3)
    operation = imports.plan(file, by=triager)
    live, archived = file.staged.values_list("subject_id", flat=True)[:2]
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
