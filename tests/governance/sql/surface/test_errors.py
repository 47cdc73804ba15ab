"""Errors under the seed's names: written as tables are, filed and kept by the console's rules."""

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from psycopg import IntegrityError

from governance.models import ArchivedError, ErrorTable, Event, HubError
from tests import make
from tests.governance.sql.surface import contract
from tests.governance.sql.surface.asked import changed, refused, rows, value

pytestmark = pytest.mark.django_db
GIVEN: dict[str, str] = {
    make.DOL: """(failure_code, blocking_reason, raw_input, retry_allowed)
        VALUES ('NO_MATCH', 'no filing', '{"state": null}', false)""",
    make.CT: "(failure_code, imo_stage) VALUES ('CT-M-NO-MX', 'M1')",
    make.PEOPLE: """(error_code, error_message, slot_id, raw_payload)
        VALUES ('PI-E001', 'slot without id', '11111111-1111-4111-8111-111111111111', '{"a": 1}')""",
    make.URL: """(failure_reason, domain, website_url)
        VALUES ('dns_error', 'X.example', 'https://x.example/')""",
    make.LOG: """(error_type, message, agent_id, context) VALUES ('API_ERROR', 'no', 'a-1', '[1]')""",
}
KEY = {make.URL: "failure_id"}


def shown(error: HubError) -> dict[str, Any]:
    """A row of its view by column."""
    key = KEY.get(error.error_table_id, "error_id")
    text = f"SELECT to_json(v)::text FROM {error.error_table_id} v WHERE {key} = %s"
    found: dict[str, Any] = json.loads(value(text, error.pk))
    return found


@pytest.mark.parametrize(("table", "given"), GIVEN.items())
def test_what_is_left_out_is_filed_by_the_policy_of_the_table(table, given):
    key = KEY.get(table, "error_id")

    made = value(f"INSERT INTO {table} {given} RETURNING {key}")

    error, policy = HubError.objects.get(), ErrorTable.objects.get(name=table)
    assert (error.pk, error.error_table_id) == (made, table)
    assert error.disposition == policy.default_disposition
    assert (error.ttl_tier, error.max_retries) == (policy.ttl_tier, policy.max_retries)
    assert (error.retry_count, error.escalation_level, error.retry_exhausted) == (0, 0, False)
    assert list(shown(error)) == list(contract.LIVE[table])
    assert Event.objects.get(subject_id=made).action == "CREATE"


def test_each_own_column_reads_as_it_was_given():
    company = make.outreach()
    for table, given in GIVEN.items():
        changed(f"INSERT INTO {table} {given}")
    changed("UPDATE outreach.dol_errors SET outreach_id = %s", company.pk)
    found = {error.error_table_id: shown(error) for error in HubError.objects.all()}

    assert found[make.DOL]["raw_input"] == {"state": None}
    assert found[make.DOL]["retry_allowed"] is False
    assert found[make.DOL]["stack_trace"] is None
    assert found[make.DOL]["outreach_id"] == str(company.pk)
    assert found[make.CT]["imo_stage"] == "M1"
    assert found[make.PEOPLE]["slot_id"] == "11111111-1111-4111-8111-111111111111"
    assert found[make.PEOPLE]["error_message"] == "slot without id"
    assert found[make.URL]["website_url"] == "https://x.example/"
    assert found[make.URL]["domain"] == "x.example"
    assert (found[make.LOG]["agent_id"], found[make.LOG]["context"]) == ("a-1", [1])
    assert HubError.objects.get(error_table=make.DOL).details == {
        "raw_input": {"state": None},
        "retry_allowed": False,
    }


def test_values_of_other_types_read_null():
    make.error(make.PEOPLE, details={"slot_id": 7, "person_id": "nobody", "status": ["open"]})
    make.error(make.DOL, details={"retry_allowed": "perhaps", "raw_input": None})

    assert rows("SELECT slot_id, person_id, status FROM people.people_errors") == [
        (None, None, '["open"]')
    ]
    assert rows("SELECT retry_allowed, raw_input FROM outreach.dol_errors") == [(None, None)]


def test_many_rows_are_one_statement_with_their_rows_returned():
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO outreach.dol_errors (error_id, failure_code, severity)
            SELECT gen_random_uuid(), 'NO_MATCH', NULL FROM generate_series(1, 50)
            RETURNING error_id, disposition"""
        )
        made = cursor.fetchall()

    assert len({error_id for error_id, _ in made}) == 50
    assert {disposition for _, disposition in made} == {"RETRY"}
    assert Event.objects.filter(subject_type=make.DOL, action="CREATE").count() == 50


def test_copy_files_what_it_brings():
    company, error_id = make.outreach(), uuid.uuid4()
    text = """COPY outreach.dol_errors (error_id, outreach_id, failure_code, blocking_reason,
        raw_input) FROM STDIN"""
    others = [(uuid.uuid4(), company.pk, "NO_STATE", None, None) for _ in range(20)]

    copied(text, (error_id, company.pk, "NO_MATCH", "no filing", '{"a": [1.50]}'), *others)

    error = HubError.objects.get(pk=error_id)
    assert (error.message, error.details) == ("no filing", {"raw_input": {"a": [1.5]}})
    assert HubError.objects.count() == 21
    assert Event.objects.filter(subject_type=make.DOL).count() == 21
    assert value("SELECT count(*) FROM governance.gathered") == 0


def copied(text: str, *lines: tuple[Any, ...]) -> None:
    with connection.cursor() as cursor, cursor.copy(text) as copy:
        for line in lines:
            copy.write_row(line)


def test_a_row_that_copy_cannot_file_takes_the_others_with_it():
    text = "COPY outreach.dol_errors (failure_code, disposition) FROM STDIN"

    with pytest.raises(IntegrityError, match="disposition_known"):
        copied(text, ("NO_MATCH", None), ("NO_MATCH", "SOON"))


def test_an_update_by_set_changes_rows_and_returns_them():
    errors = make.errors(3, make.CT)
    text = """UPDATE outreach.company_target_errors
        SET disposition = 'PARKED'::error_disposition, parked_at = now(), parked_by = 'agent',
            park_reason = 'NO_MX_AFTER_RETRIES'
        WHERE disposition = 'RETRY'::error_disposition RETURNING error_id"""

    assert {key for (key,) in rows(text)} == {error.pk for error in errors}

    events = Event.objects.filter(action="PARK")
    assert events.count() == 3
    assert {(one.db_user, one.actor, one.park_reason) for one in events} == {
        ("outreach_app", None, "NO_MX_AFTER_RETRIES")
    }


def test_other_tables_are_out_of_sight_and_out_of_reach():
    other = make.error(make.CT)

    assert rows("SELECT * FROM outreach.dol_errors") == []
    assert changed("UPDATE outreach.dol_errors SET severity = 'LOW'") == 0
    assert changed("DELETE FROM outreach.dol_errors WHERE error_id = %s", other.pk) == 0
    assert changed("DELETE FROM outreach.company_target_errors WHERE error_id = %s", other.pk) == 1


def test_null_and_default_are_what_the_table_would_have_put_there():
    error = make.error(make.DOL, retry_count=2, ttl_tier="SHORT")

    changed(
        """UPDATE outreach.dol_errors SET disposition = DEFAULT, retry_count = NULL,
            ttl_tier = DEFAULT, max_retries = NULL, escalation_level = DEFAULT, severity = NULL"""
    )

    error.refresh_from_db()
    assert (error.disposition, error.retry_count, error.ttl_tier) == ("RETRY", 0, "MEDIUM")
    assert (error.max_retries, error.escalation_level, error.severity) == (5, 0, "MEDIUM")


@pytest.mark.parametrize(
    ("assigned", "why"),
    [
        ("disposition = 'SOON'", "RETRY cannot become SOON"),
        ("disposition = 'IGNORE'", "does not allow IGNORE"),
        ("disposition = 'PARKED'", "parked_facts_paired"),
        ("error_id = gen_random_uuid()", "keeps its id"),
        ("archived_at = now()", "archived_facts_paired"),
        ("escalation_level = 4", "escalat"),
        ("failure_code = ''", "error_code_present"),
        ("raw_input = '{}'", "cannot update column"),
        ("blocking_reason = repeat('x', 100000000)", "huberror_message"),
        ("created_at = 'infinity'", "huberror_created_at"),
    ],
)
def test_the_rules_of_the_table_hold_under_its_name(assigned, why):
    make.error(make.DOL)

    assert why in refused(f"UPDATE outreach.dol_errors SET {assigned}")


def test_a_forbidden_step_is_refused():
    make.error(make.DOL, disposition="RESOLVED")
    said = refused(
        """UPDATE outreach.dol_errors SET disposition = 'PARKED', parked_at = now(),
            parked_by = 'me', park_reason = 'X'"""
    )

    assert "RESOLVED cannot become PARKED" in said
    assert "is not a table" in refused("TRUNCATE outreach.dol_errors")
    upsert = "INSERT INTO outreach.dol_errors (failure_code) VALUES ('X') ON CONFLICT DO NOTHING"
    assert "cannot be used with table that has INSERT or UPDATE rules" in refused(upsert)


@pytest.mark.parametrize(
    ("code", "seconds"),
    [("RATE_LIMIT", (3.6, 4.4)), ("VALIDATION_ERROR", (540, 660)), ("BAD_DATA", (0, 0))],
)
def test_a_raised_count_queues_the_attempt_as_the_verb_does(code, seconds):
    category = {"RATE_LIMIT": "TRANSIENT", "VALIDATION_ERROR": "OPERATIONAL"}
    error = make.error(make.CT, code=code, category=category.get(code, "STRUCTURAL"), retry_count=1)

    changed("UPDATE outreach.company_target_errors SET retry_count = retry_count + 1")

    error.refresh_from_db()
    wait = (error.next_retry_at - error.last_retry_at).total_seconds()
    assert seconds[0] <= wait <= seconds[1]
    assert timezone.now() - error.last_retry_at < timedelta(minutes=1)
    assert Event.objects.latest("id").next_retry_at == error.next_retry_at


def test_times_that_are_given_stay():
    error, when = make.error(make.CT), timezone.now() + timedelta(hours=5)

    changed(
        "UPDATE outreach.company_target_errors SET retry_count = 1, last_retry_at = %s, next_retry_at = %s",
        when,
        when,
    )

    error.refresh_from_db()
    assert (error.last_retry_at, error.next_retry_at) == (when, when)


def test_a_lowered_count_queues_nothing():
    error = make.error(make.CT, retry_count=2)

    changed("UPDATE outreach.company_target_errors SET retry_count = 0")

    error.refresh_from_db()
    assert (error.retry_count, error.next_retry_at) == (0, None)


def test_exhaustion_follows_the_count_whatever_is_written():
    make.error(make.CT, retry_count=0)

    text = "UPDATE outreach.company_target_errors SET retry_exhausted = %s, retry_count = %s RETURNING retry_exhausted"

    assert rows(text, True, 1) == [(False,)]
    assert rows(text, False, 3) == [(True,)]
    assert ArchivedError.objects.count() == 0
