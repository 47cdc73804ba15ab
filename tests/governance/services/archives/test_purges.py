"""The weekly clean-up: exactly what is past its retention, agreed to and not held, with a manifest."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from governance.models import ArchivedError, ErrorTable, Operation, PurgeManifest
from governance.queries.archives import purges as found
from governance.services.archives import accounts, purges
from tests import make
from tests.governance import facts
from tests.governance.sql.test_holds import held

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 1, tzinfo=UTC)


def archived(table: str = make.CT, *, days: int = 0, **given):
    """An archived row that may go `days` after the moment."""
    return make.archived(table, retention_expires_at=AT + timedelta(days=days), **given)


def test_what_is_past_its_retention_goes_and_a_manifest_lists_it():
    gone = [archived(), archived(days=-1), archived(make.DOL)]
    stays = archived(days=1)

    foreseen = purges.foresee(at=AT)
    purged = purges.purge(at=AT, by=make.manager())

    assert list(ArchivedError.objects.all()) == [stays]
    assert purged.deleted == foreseen.deleted == {make.CT: 2, make.DOL: 1}
    assert set(found.ids_deleted_by(purged.operation)) == {row.pk for row in gone}
    listed = PurgeManifest.objects.get(error_table=make.CT)
    text = ",".join(sorted(f"{row.pk}:{row.version}" for row in gone[:2]))
    assert listed.digest == hashlib.sha256(text.encode()).hexdigest()
    assert (listed.rows, listed.operation_id) == (2, purged.operation.pk)
    assert (listed.place, listed.actor) == ("archive", purged.operation.requester.username)
    assert accounts.reconcile().differing == {}


def test_it_passes_by_what_is_held_and_says_so():
    archived()
    kept = held(retention_expires_at=AT)

    purged = purges.purge(at=AT, by=make.manager())

    assert facts.outcomes(purged.operation)[kept.pk] == ("skipped", "under legal hold")
    assert (purged.deleted, purged.held) == ({make.CT: 1}, {make.CT: 1})
    assert list(ArchivedError.objects.all()) == [kept]


def test_where_there_is_nothing_to_delete_there_is_no_operation():
    held(retention_expires_at=AT)
    archived(days=1)

    purged = purges.purge(at=AT, by=make.manager())

    assert purged.operation is None
    assert (purged.deleted, purged.held, purged.waiting) == ({}, {make.CT: 1}, {})
    assert not Operation.objects.exists()


def test_a_dry_run_says_exactly_what_a_run_would_do_and_changes_nothing():
    archived()
    archived(make.DOL)
    ErrorTable.objects.filter(name=make.DOL).update(retention=timedelta(days=10))

    foreseen = purges.foresee(at=AT)

    assert (foreseen.deleted, foreseen.waiting) == ({make.CT: 1}, {make.DOL: 1})
    assert ArchivedError.objects.count() == 2
    purged = purges.purge(at=AT, by=make.manager())
    assert (purged.deleted, purged.waiting) == (foreseen.deleted, foreseen.waiting)
    assert purges.purge(at=AT, by=make.manager()).operation is None


def test_a_hold_after_the_plan_keeps_its_row():
    row, other = archived(), archived()
    operation = purges.plan(at=AT, by=make.manager())

    ArchivedError.objects.filter(pk=row.pk).update(
        held_at=AT, held_by="counsel", hold_reason="Matter 17"
    )
    purges.runner.run(operation)

    assert facts.outcomes(operation) == {
        row.pk: ("skipped", "changed since plan"),
        other.pk: ("applied", None),
    }
