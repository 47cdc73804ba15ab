"""What filing by plain SQL costs: one call a row, and otherwise one a statement."""

import pytest
from django.db import connection

from governance.models import ErrorPattern, HubError
from tests import make

pytestmark = pytest.mark.django_db
FILED = """INSERT INTO governance_huberror (id, error_table, outreach_id, code, message)
    SELECT gen_random_uuid(), %s, NULL, 'CT-M-NO-MX', 'no answer from host ' || n
    FROM generate_series(1, %s) n"""


def test_one_trigger_runs_for_each_row_and_all_others_once():
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {FILED}", [make.CT, 40])
        (found,) = cursor.fetchone()

    calls = {one["Trigger Name"]: one["Calls"] for one in found[0]["Triggers"]}
    assert calls == {
        "a_file": 40,
        "b_allowed_insert": 1,
        "c_index": 1,
        "d_account_insert": 1,
        "d_count_insert": 1,
        "d_hours_insert": 1,
        "e_history_insert": 1,
        "f_readiness_insert": 1,
        "z_archive_insert": 1,
    }
    assert HubError.objects.count() == 40


def test_the_pattern_of_a_new_group_is_worked_out_once(owner_cursor):
    owner_cursor.execute(
        """CREATE TEMP SEQUENCE calls;
        ALTER FUNCTION governance.normal_message(text) RENAME TO plain_message;
        CREATE FUNCTION governance.normal_message(message text) RETURNS text LANGUAGE sql IMMUTABLE
        AS 'SELECT governance.plain_message(message) FROM (SELECT nextval(''calls'')) one'"""
    )

    owner_cursor.execute(FILED, [make.CT, 30])

    owner_cursor.execute("SELECT last_value FROM calls")
    # the key of each row, and the pattern of the one group
    assert owner_cursor.fetchone() == (31,)


def test_errors_of_a_known_group_add_no_pattern():
    with connection.cursor() as cursor:
        cursor.execute(FILED, [make.CT, 3])
        cursor.execute(FILED, [make.CT, 3])

    assert [one.body for one in ErrorPattern.objects.all()] == ["no answer from host {n}"]


def test_the_search_index_takes_a_statement_over_ten_thousand_errors_without_merging():
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = 'error_text_words'")
        assert "gin_pending_list_limit=16384" in cursor.fetchone()[0]
