"""Standing approvals: given by somebody else, about the retention of now, void once that changes."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from governance.exceptions import NotPermitted, StateRefused
from governance.models import ErrorTable, PurgeConsent
from governance.services import attribution
from governance.services.archives import consents
from tests import make

pytestmark = pytest.mark.django_db


def set_retention(days: int, *, by=None, table: str = make.CT) -> None:
    if by:
        attribution.attribute(by=by, reason="reference data", channel="browser")
    ErrorTable.objects.filter(name=table).update(retention=timedelta(days=days))


def plain(sql: str, *params: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)


def test_the_shipped_tables_come_with_theirs():
    shipped = PurgeConsent.objects.in_force()

    assert {one.error_table_id: one.retention for one in shipped} == {
        table.name: table.retention for table in ErrorTable.objects.all()
    }
    assert {one.note for one in shipped} == {"Shipped with the console."}


def test_a_changed_retention_voids_it_and_somebody_else_agrees_anew():
    admin, manager = make.admin(), make.manager()

    set_retention(30, by=admin)
    voided = PurgeConsent.objects.get(error_table=make.CT)
    agreed = consents.agree(make.CT, days=30, by=manager, note="as the contract says")

    assert (voided.voided_by, voided.why_void) == (
        admin.username,
        "The retention was changed from 365 to 30 days.",
    )
    assert (agreed.agreed_by, agreed.retention) == (manager, timedelta(days=30))
    assert PurgeConsent.objects.in_force().get(error_table=make.CT) == agreed


def test_who_set_the_retention_cannot_agree_to_it_superusers_included():
    somebody = make.superuser()
    set_retention(30, by=somebody)

    with pytest.raises(NotPermitted, match="somebody else agrees"):
        consents.agree(make.CT, days=30, by=somebody)

    sql = """INSERT INTO governance_purgeconsent
        (error_table, retention, agreed_by_id, note, why_void)
        VALUES (%s, '30 days', %s, '', '')"""
    with pytest.raises(DatabaseError, match="cannot agree to it"):
        plain(sql, make.CT, somebody.pk)
    with pytest.raises(DatabaseError, match="only who may approve"):
        plain(sql, make.CT, make.viewer().pk)
    with pytest.raises(DatabaseError, match="names who agrees"):
        plain(sql, make.CT, None)
    with pytest.raises(DatabaseError, match="the retention that the table has now"):
        plain(sql.replace("30", "31"), make.CT, make.manager().pk)


def test_nobody_agrees_without_the_right_twice_or_to_another_retention():
    set_retention(30)
    manager = make.manager()

    with pytest.raises(NotPermitted, match="may not approve"):
        consents.agree(make.CT, days=30, by=make.triager())
    with pytest.raises(StateRefused, match="30 days by now, not 365"):
        consents.agree(make.CT, days=365, by=manager)
    with pytest.raises(StateRefused, match="agreed to already"):
        consents.agree(make.DOL, days=365, by=manager)
    for nothing in ("nothing", "\0", "x" * 10_000):
        with pytest.raises(StateRefused, match="no error table"):
            consents.agree(nothing, days=30, by=manager)


def test_it_becomes_void_once_and_changes_in_nothing_else():
    for change in ("retention = '1 day'", "note = 'x'", "voided_at = NULL"):
        with pytest.raises(DatabaseError, match="void once"):
            plain(f"UPDATE governance_purgeconsent SET {change}")
    with pytest.raises(DatabaseError, match="refused"):
        plain("DELETE FROM governance_purgeconsent")
    with pytest.raises(DatabaseError, match="voided_facts_paired"):
        plain("UPDATE governance_purgeconsent SET voided_at = now()")


def test_a_retention_that_is_written_as_it_was_voids_nothing():
    set_retention(365)

    assert PurgeConsent.objects.in_force().filter(error_table=make.CT).exists()
