"""What became of companies on earlier days, as it is stored."""

import uuid
from datetime import date, timedelta

from django.utils import timezone

from governance.models import Reason, Tier, TierTransition
from governance.queries.readiness import snapshots as kept
from tests import owner

MISSING = (Tier.NOT_READY, Reason.CT_MISSING)


def days_ago(count: int) -> date:
    return timezone.now().date() - timedelta(days=count)


def moved(company: uuid.UUID, days: int, before: tuple[str, str] | None, after) -> None:
    """Store what became of a company at noon of a day."""
    found = TierTransition(
        at=kept.end_of(days_ago(days)) - timedelta(hours=12),
        txid=1,
        outreach_id=company,
        from_tier=before and before[0],
        from_reason=before and before[1],
        was_promotable=None if before is None else False,
        to_tier=after and after[0],
        to_reason=after and after[1],
        is_promotable=None if after is None else False,
    )
    owner.inserts(found)


def came_and_went(*, came: int, went: int) -> uuid.UUID:
    company = uuid.uuid4()
    moved(company, came, None, MISSING)
    moved(company, went, MISSING, None)
    return company
