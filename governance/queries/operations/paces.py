"""The pace of an operation, computed from its committed chunks, so that it holds whoever runs it."""

from django.db import connection
from django.db.models import Max

from governance.models import Operation

# a chunk under a limit holds the rows of a second at most, so its share of time is no longer either
LONGEST_WAIT = 1.0
SINCE_THE_LAST = """SELECT (applied + skipped + failed)::float / %s - seconds
        - extract(epoch FROM clock_timestamp() - committed_at)::float
    FROM governance_operationchunk WHERE operation_id = %s ORDER BY number DESC LIMIT 1"""


def seconds_to_wait(operation: Operation) -> float:
    """Return the seconds until its limit allows the next chunk, counted from when the last one began; 0 without a limit."""
    if not operation.throttle:
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute(SINCE_THE_LAST, [operation.throttle, operation.pk])
        found = cursor.fetchone()
    return min(max(float(found[0]), 0.0), LONGEST_WAIT) if found else 0.0


def chunks(operation: Operation) -> int:
    """Return how many chunks it has committed; they are numbered without a gap."""
    return operation.chunks.aggregate(last=Max("number"))["last"] or 0
