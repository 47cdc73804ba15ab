"""Keeping the counters of facet values short."""

from django.db import connection

SETTLE = "SELECT governance.settle_readiness()"
FOLD = """SELECT governance.fold_errorcount() + governance.fold_errorhour()
    + governance.fold_archivecount() + governance.fold_readinesscount()
    + governance.fold_retentionmonth() + governance.fold_errortally()"""


def fold() -> int:
    """Merge the recorded changes of queue, archive, hours, retention and companies into one row per combination; no sum changes. Returns the rows left.

    First count companies anew that a transaction had to leave uncounted.
    """
    with connection.cursor() as cursor:
        cursor.execute(SETTLE)
        cursor.execute(FOLD)
        return int(cursor.fetchone()[0])
