"""Creating errors: rights, number, who comes at once, and nothing half done."""

import threading
import uuid

import pytest
from django.db import connection, connections, transaction

from governance.exceptions import ErrorsRefused, NotPermitted
from governance.models import HubError
from governance.resources import errorbodies
from governance.services import errors
from tests import make

GOOD = {"error_table": make.DOL, "code": "NO_MATCH"}


def rows_of(count: int, by, **given):
    return errorbodies.read(
        [GOOD | {"error_id": str(uuid.UUID(int=n + 1))} | given for n in range(count)],
        by=by,
    )


@pytest.mark.django_db
def test_who_may_not_write_errors_is_refused():
    by = make.analyst()

    with pytest.raises(NotPermitted):
        errors.create(rows_of(1, by), by=by)

    assert not HubError.objects.exists()


@pytest.mark.django_db
def test_problems_refuse_all_unless_the_good_ones_are_asked_for():
    by = make.triager()
    rows = [*rows_of(2, by), *errorbodies.read([{}], by=by)]

    with pytest.raises(ErrorsRefused):
        errors.create(rows, by=by)
    assert not HubError.objects.exists()
    errors.create(rows, by=by, only_good=True)

    assert [row.status for row in rows] == [201, 201, 422]
    assert HubError.objects.count() == 2


@pytest.mark.django_db
def test_more_than_100_000_are_refused():
    with pytest.raises(ErrorsRefused, match="100,001"):
        errors.refuse_too_many(errors.MOST + 1)


@pytest.mark.django_db
def test_a_refusal_lists_its_first_thousand_problems():
    rows = errorbodies.read([5] * 1_200, by=make.triager())
    for row in rows:
        row.status = 422

    assert len(errors.refusal(rows).members["errors"]) == 1_000


def test_who_sends_the_same_at_the_same_time_finds_it_unchanged(committed_db):
    by = make.triager()
    theirs, mine = rows_of(3, by, message="x"), rows_of(3, by, message="x")
    statuses: list[int] = []

    def send_mine() -> None:
        errors.create(mine, by=by)
        statuses.extend(row.status for row in mine)
        connections.close_all()

    with transaction.atomic():
        errors.create(theirs, by=by)
        other = threading.Thread(target=send_mine)
        other.start()
        wait_until_somebody_waits()
    other.join(30)

    assert [row.status for row in theirs] == [201] * 3
    assert statuses == [200] * 3
    assert HubError.objects.count() == 3


def wait_until_somebody_waits() -> None:
    with connection.cursor() as cursor:
        for _ in range(100_000):
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                """SELECT EXISTS (SELECT FROM pg_locks
                WHERE NOT granted AND locktype IN ('transactionid', 'spectoken'))"""
            )
            if cursor.fetchone()[0]:
                return
    pytest.fail("Nobody waited.")
