"""Companies that may go on because errors expired: noted by the run, until somebody has looked at them."""

from collections.abc import Collection

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection
from django.utils import timezone

from governance.exceptions import NotPermitted
from governance.models import JobRun, OpenedGate, Operation
from governance.queries.operations import effects

NOTE = """
    INSERT INTO governance_openedgate (run_id, outreach_id, opens_outreach)
    SELECT %s, s.outreach_id, s.outreach FROM ({openings}) s (outreach_id, outreach)
    ON CONFLICT DO NOTHING"""
# rows that were left alone keep theirs closed
FORGET = """
    DELETE FROM governance_openedgate o
    WHERE o.run_id = %s AND NOT EXISTS (
        SELECT FROM governance_readiness r
        WHERE r.outreach_id = o.outreach_id AND CASE WHEN o.opens_outreach THEN r.promotable
            ELSE r.ct_done AND r.ct_blocking = 0 AND r.ct_violations = 0 END)"""


def foresee(operation: Operation, run: JobRun) -> None:
    """Note the companies that a plan would let go on. Call before it begins."""
    openings = effects.openings(operation)
    if openings is None:
        return
    with connection.cursor() as cursor:
        statement = NOTE.format(openings=openings.sql)
        cursor.execute(statement, [run.pk, *openings.params])


def settle(run: JobRun) -> None:
    """Forget those that stayed closed. Call once its operation has ended."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET, [run.pk])


def review(run: JobRun, outreach_ids: Collection[str], *, by: AbstractBaseUser) -> int:
    """State that somebody has looked at these companies of a run, all of them where none is named; returns how many.

    Raises NotPermitted.
    """
    if not (by.is_active and by.has_perm("governance.review_openedgate")):  # type: ignore[attr-defined]
        raise NotPermitted("You may not review gates.", what_to_do="Ask a person who triages.")
    open_ones = OpenedGate.objects.filter(run=run, reviewed_at=None)
    if outreach_ids:
        open_ones = open_ones.filter(outreach_id__in=outreach_ids)
    return open_ones.update(reviewed_by=by, reviewed_at=timezone.now())
