"""What a scheduled export leaves on the disk."""

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from governance.resources import exports as resources
from governance.services.files import exports, scheduled
from tests import make
from tests.governance.services.files.due import at, daily, due, written

pytestmark = pytest.mark.usefixtures("committed_db", "redis_server")


def claimed_by_two(made) -> int:
    """Let two look at the same moment whether something is due; returns how many files came of it."""
    start = threading.Barrier(2)

    def look(_) -> int:
        try:
            start.wait(10)
            return sum(scheduled.start_due(at=at(10, 6)).values())
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as beats:
        list(beats.map(look, range(2)))
    return made.files.count()


def test_two_beats_give_one_file_with_rows_and_checksum_and_the_oldest_goes_with_its_row():
    make.error(make.DOL)
    make.error(make.CT)
    made = daily(keep=2, filter="error_table=outreach.dol_errors", columns="code,message")

    claimed = claimed_by_two(made)
    first = made.files.get()
    resources.write_file(first.pk)
    first.refresh_from_db()
    files = [first, *(written(at(day, 6)) for day in (11, 12))]
    again = [due(at(12, 6)), due(at(12, 6, 4)), due(at(13, 5, 59))]

    assert claimed == 1
    last = files[-1]
    told = (last.state, last.rows, last.due_at, last.requester, last.filter)
    assert told == ("ready", 1, at(12, 6), made.owner, made.filter)
    assert last.chosen == ["code", "message"]
    assert last.digest == hashlib.sha256(exports.path_of(last).read_bytes()).hexdigest()
    assert again == [[], [], []]
    assert [file.due_at.day for file in made.files.order_by("due_at")] == [11, 12]
    assert [exports.path_of(file).exists() for file in files] == [False, True, True]

    scheduled.edit(made, by=made.owner, keep=1)
    scheduled.drop_old()
    assert [file.due_at.day for file in made.files.finished()] == [12]
    assert [exports.path_of(file).exists() for file in files] == [False, False, True]
