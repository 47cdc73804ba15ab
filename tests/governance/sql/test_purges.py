"""The clean-up of archives from SQL: the same rows as from the console, and one table that fails undoes no other."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from governance.models import ArchivedError, ErrorTable, Event, PurgeManifest
from governance.services.archives import purges
from tests import make, owner
from tests.governance.sql.test_holds import held

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 1, tzinfo=UTC)
FAILING = """CREATE FUNCTION public.fails() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'this table fails'; END $$"""
ON_DOL = f"""CREATE TRIGGER z_fails BEFORE DELETE ON governance_archivederror
    FOR EACH ROW WHEN (OLD.error_table = '{make.DOL}') EXECUTE FUNCTION public.fails()"""


def cleaned_up() -> dict[str, tuple[int, str | None]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM governance.purge_archives(%s)", [AT])
        return {table: (deleted, failure) for table, deleted, failure in cursor.fetchall()}


def test_it_deletes_exactly_what_the_console_would():
    make.archived(retention_expires_at=AT)
    make.archived(retention_expires_at=AT + timedelta(seconds=1))
    make.archived(make.PEOPLE, retention_expires_at=AT)
    held(retention_expires_at=AT)
    ErrorTable.objects.filter(name=make.PEOPLE).update(retention=timedelta(days=10))
    foreseen = purges.foresee(at=AT)

    deleted = {table: rows for table, (rows, _) in cleaned_up().items() if rows}

    assert deleted == foreseen.deleted == {make.CT: 1}
    assert ArchivedError.objects.count() == 3
    listed, event = PurgeManifest.objects.get(), Event.objects.get(action="PURGE")
    assert (listed.rows, listed.operation_id, listed.actor) == (1, None, None)
    assert event.is_outside
    assert event.before["error_table"] == make.CT


def test_a_table_that_fails_undoes_no_other_and_says_why():
    make.archived(make.DOL, retention_expires_at=AT)
    make.archived(make.LOG, retention_expires_at=AT)
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    owner.runs(FAILING)
    owner.runs(ON_DOL)

    found = cleaned_up()

    assert found[make.DOL] == (0, "this table fails")
    assert found[make.LOG] == (1, None)
    assert set(found) == set(ErrorTable.objects.values_list("name", flat=True))
    assert ArchivedError.objects.get().error_table_id == make.DOL
