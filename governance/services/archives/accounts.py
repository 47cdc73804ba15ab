"""Whether every error that ever came is live, archived or purged: checked, and kept as an alarm."""

from django.utils import timezone

from governance.models import ReconciliationCheck
from governance.queries.archives import accounts
from governance.services import chores
from governance.services.readiness import last_night

# how long counting millions of rows may take
LONGEST = "10min"


def reconcile(*, exact: bool = True) -> ReconciliationCheck:
    """Compare what came with what is there and what went, for each error table, and keep the result.

    `exact` counts the rows themselves, else counters are added up. An alarm stands while the latest check differs.
    """
    found = accounts.of_tables(exact=exact)
    differing = {one.error_table: one.difference for one in found if not one.balances}
    return ReconciliationCheck.objects.create(is_exact=exact, differing=differing)


def reconcile_nightly() -> bool:
    """Check once a night, exactly; a night that nobody was there for is made up for later. Returns whether it was due."""
    due = last_night(timezone.now())
    if ReconciliationCheck.objects.filter(at__gte=due).exists():
        return False
    chores.alone(reconcile, longest=LONGEST)
    return True
