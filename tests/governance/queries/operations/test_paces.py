"""The pace is counted from committed chunks, and believes no wait longer than a chunk's share."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.models import Operation, OperationChunk
from governance.queries.operations import paces
from tests import make

pytestmark = pytest.mark.django_db


def limited(rows_a_second: int | None) -> Operation:
    return make.operation(state="running", throttle=rows_a_second)


def chunk(operation: Operation, number: int, *, rows: int, ago: float, seconds: float = 0) -> None:
    OperationChunk.objects.create(
        operation=operation,
        number=number,
        applied=rows,
        skipped=0,
        failed=0,
        seconds=seconds,
        worker="here:1",
        committed_at=timezone.now() - timedelta(seconds=ago),
    )


def test_without_a_limit_or_a_chunk_nothing_is_waited_for():
    unlimited, begun = limited(None), limited(5)
    chunk(unlimited, 1, rows=5, ago=0)

    assert paces.seconds_to_wait(unlimited) == paces.seconds_to_wait(begun) == 0


def test_the_wait_counts_from_the_beginning_of_the_last_chunk():
    operation = limited(10)
    chunk(operation, 1, rows=10, ago=0)
    chunk(operation, 2, rows=5, ago=0, seconds=0.1)

    assert 0.2 < paces.seconds_to_wait(operation) <= 0.4


def test_what_was_waited_for_already_is_over():
    operation = limited(5)
    chunk(operation, 1, rows=5, ago=1)

    assert paces.seconds_to_wait(operation) == 0


@pytest.mark.parametrize(("rows", "ago"), [(5000, 0), (5, -3600)])
def test_a_chunk_from_before_the_limit_or_from_the_future_costs_a_second_at_most(rows, ago):
    operation = limited(5)
    chunk(operation, 1, rows=rows, ago=ago)

    assert paces.seconds_to_wait(operation) == 1


def test_chunks_are_counted_by_their_last_number():
    operation = limited(None)
    for number in (1, 2):
        chunk(operation, number, rows=1, ago=0)

    assert paces.chunks(operation) == 2
    assert paces.chunks(limited(None)) == 0
