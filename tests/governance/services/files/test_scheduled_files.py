"""What a scheduled export leaves on the disk."""

import hashlib

import pytest

from governance.services.files import exports, scheduled
from tests import make
from tests.governance.services.files.due import at, daily, due, written

pytestmark = pytest.mark.usefixtures("committed_db", "redis_server")


def test_files_hold_the_rows_with_their_checksum_and_the_oldest_goes_with_its_row():
    make.error(make.DOL)
    make.error(make.CT)
    made = daily(keep=2, filter="error_table=outreach.dol_errors", columns="code,message")

    files = [written(at(day, 6)) for day in (10, 11, 12)]
    again = [due(at(12, 6)), due(at(12, 6, 4)), due(at(13, 5, 59))]

    last = files[-1]
    told = (last.state, last.rows, last.due_at, last.requester, last.filter)
    assert told == ("ready", 1, at(12, 6), made.owner, made.filter)
    assert last.chosen == ["code", "message"]
    assert last.digest == hashlib.sha256(exports.path_of(last).read_bytes()).hexdigest()
    assert again == [[], [], []]
    assert [file.due_at.day for file in made.files.order_by("due_at")] == [11, 12]
    assert [exports.path_of(file).exists() for file in files] == [False, True, True]

    scheduled.edit(made, by=made.owner, keep=1)
    assert [file.due_at.day for file in made.files.finished()] == [12]
    assert [exports.path_of(file).exists() for file in files] == [False, False, True]
