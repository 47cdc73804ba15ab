"""Whether every error that ever came is live, archived or purged: checked, and kept as an alarm."""

from governance.models import ReconciliationCheck
from governance.queries.archives import accounts
from governance.services import chores

# how long counting millions of rows may take
LONGEST = "10min"


def reconcile(*, exact: bool = True) -> ReconciliationCheck:
    """Compare what came with what is there and what went, for each error table, and keep the result.

    `exact` counts the rows themselves, else counters are added up. An alarm stands while the latest check differs.
    """
    found = accounts.of_tables(exact=exact)
    differing = {one.error_table: one.difference for one in found if not one.balances}
    return ReconciliationCheck.objects.create(is_exact=exact, differing=differing)


def reconcile_alone() -> ReconciliationCheck:
    """Check exactly, in a transaction of its own that waits for nobody's lock, as the job of the night does."""
    found: ReconciliationCheck = chores.alone(reconcile, longest=LONGEST)
    return found
