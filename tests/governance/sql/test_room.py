"""Rows that change by the thousand find room in the pages of their table and of its indexes."""

import pytest
from django.db import connection

from governance.models import HubError, OperationItem
from governance.services.operations import plans, runner
from tests import make

# columns that changes of many rows give new values: an entry with one of them goes elsewhere anyway
CHANGING = ("disposition", "owner", "park_reason")
KEEP_THEIR_KEYS = """SELECT c.relname, coalesce(c.reloptions, '{}')
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE i.indrelid = 'governance_huberror'::regclass AND i.indpred IS NULL
      AND NOT pg_get_indexdef(i.indexrelid) ~ %s"""


@pytest.mark.django_db
def test_indexes_whose_keys_stay_have_room_for_a_second_entry_of_each_row():
    with connection.cursor() as cursor:
        cursor.execute(KEEP_THEIR_KEYS, ["|".join(CHANGING)])
        found = dict(cursor.fetchall())

    assert {name for name, options in found.items() if "fillfactor=50" not in options} == set()
    assert len(found) > 5


def updates() -> tuple[int, int]:
    """How many items were written anew until now, and how many of them without touching an index."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute(
            "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = %s",
            [OperationItem._meta.db_table],
        )
        return cursor.fetchone()


def test_outcomes_are_written_beside_their_items(committed_db):
    make.errors(300)
    operation = plans.make(
        "park", rows=HubError.objects.all(), by=make.triager(), reason="DATA_QUALITY"
    )
    all_before, beside_before = updates()

    runner.run(operation)

    all_after, beside_after = updates()
    assert (all_after - all_before, beside_after - beside_before) == (300, 300)
