"""When something is due: what plain SQL may not write, and what is done with what stood there before."""

from datetime import timedelta

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from governance.models import JobRun, Schedule
from governance.services.jobs import schedules
from tests import make
from tests.servers import OWNER, SERVERS

TABLES = ("schedule", "scheduledexport")
ODD_ZONES = ("Nowhere/Land", "", " ", "europe/berlin", "EST5EST", "Foo1", "localtime", "x" * 200)
WRITES = {
    "schedule": """INSERT INTO governance_schedule
        (job, is_on, at, time_zone, grace_minutes, holds, leaves_out, reason, proposed_at)
        VALUES ('sweep', true, %s, %s, 15, '{{}}', '{{}}', '', now())""",
    "scheduledexport": """INSERT INTO governance_scheduledexport
        (name, owner_id, subject, format, filter, columns, view_name, at, time_zone, keep, is_on, due_since)
        SELECT 'Mine', max(id), 'errors', 'csv', '', '', '', %s, %s, 7, true, now() FROM auth_user""",
}


def plain(statement: str, *given: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, given)


def refused(statement: str, *given: object) -> tuple[str, str]:
    """The name of the rule that refuses, and its sentence."""
    with pytest.raises(IntegrityError) as refusal:
        plain(statement, *given)
    told = refusal.value.__cause__.diag
    assert told.message_hint and told.column_name in ("at", "time_zone")
    return told.constraint_name, told.message_primary


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES)
def test_a_zone_that_does_not_exist_and_24_00_are_refused_in_words(table):
    make.triager()
    write, change = WRITES[table].format(), f"UPDATE governance_{table} SET {{}} = %s"

    for zone in ODD_ZONES:
        name, said = refused(write, "06:00", zone)
        assert (name, said.startswith("there is no time zone '")) == ("time_zone_known", True)
        assert len(said) < 100
    day = ("time_of_a_day", "no day has a 24:00: the next one has 00:00")
    assert refused(write, "24:00", "UTC") == refused(write, "23:59:60", "Europe/Berlin") == day
    plain(write, "23:59:59.999999", "Europe/Berlin")
    assert refused(change.format("time_zone"), "Nowhere/Land")[0] == "time_zone_known"
    assert refused(change.format("at"), "24:00") == day
    plain(change.format("time_zone"), "America/Argentina/Buenos_Aires")


@pytest.mark.django_db
def test_a_schedule_without_a_time_of_day_has_a_zone_all_the_same():
    every = WRITES["schedule"].replace("at,", "every_minutes,", 1).format()

    assert refused(every, 5, "Nowhere/Land")[0] == "time_zone_known"
    plain(every, 5, "UTC")


@pytest.mark.usefixtures("committed_db")
def test_what_was_odd_before_stops_no_page_and_no_other_job_and_can_be_mended(client):
    asks, agrees = make.manager(), make.manager()
    client.force_login(asks)
    with psycopg.connect(SERVERS.url(OWNER, SERVERS.database)) as owner:
        owner.execute("ALTER TABLE governance_schedule DISABLE TRIGGER USER")
        for job, column, value in (
            ("daily", "time_zone", "Nowhere/Land"),
            ("weekly", "at", "24:00"),
            ("reconciliation", "time_zone", ""),
        ):
            change = f"UPDATE governance_schedule SET {column} = %s WHERE job = %s"
            owner.execute(change, [value, job])
        owner.execute("ALTER TABLE governance_schedule ENABLE TRIGGER USER")
    # what says when is left as it is, so that nothing is refused
    Schedule.objects.update(enforced_at=timezone.now() - timedelta(days=8))

    shown = client.get("/jobs/").content.decode()
    forms = [client.get(f"/jobs/{job}/schedule/") for job in ("daily", "weekly", "reconciliation")]
    schedules.start_due()

    assert shown.count("UTC, for there is no zone") == 2 and "23:59 UTC" in shown
    assert [answer.status_code for answer in forms] == [200] * 3
    assert '<option value="">There is no “Nowhere/Land”' in forms[0].content.decode()
    assert {"daily", "weekly", "reconciliation"} <= set(
        JobRun.objects.values_list("job", flat=True)
    )
    proposal = schedules.propose("daily", by=asks, time_zone="Europe/Berlin", reason="mended")
    assert "Europe/Berlin" in schedules.enforce(proposal, by=agrees).words
