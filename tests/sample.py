"""A small backlog with something of everything, the same on every call."""

import random
from datetime import UTC, datetime, timedelta

from governance.models import HubError
from tests import make

NEWEST = datetime(2026, 2, 2, 12, tzinfo=UTC)
CODES = {
    make.DOL: ("NO_MATCH", "NO_STATE"),
    make.CT: ("CT-M-NO-MX", "CT-M-SMTP-FAIL"),
    make.PEOPLE: ("PI-E001", "PI-E402"),
    make.URL: ("dns_error", "blocked"),
}
DISPOSITIONS = {make.URL: ("RETRY", "ARCHIVED", "RESOLVED")}
STAGES = (None, "M1", "slot")
TIERS = ("SHORT", "MEDIUM", "LONG", "INFINITE")
SEVERITIES = ("LOW", "MEDIUM", "HIGH", "CRITICAL")


def of(rows: int, *, seed: int = 1) -> list[HubError]:
    """Make that many errors over six companies, facts drawn at random."""
    draw = random.Random(seed)
    companies = [make.company(outreach=make.outreach(domain=f"firm{n}.example")) for n in range(6)]
    made = [_columns(draw, n, companies) for n in range(rows)]
    HubError.objects.bulk_create(HubError(**columns) for columns in made)
    return list(HubError.objects.order_by("pk"))


def _columns(draw: random.Random, n: int, companies: list) -> dict:
    table = draw.choice(list(CODES))
    disposition = draw.choice(DISPOSITIONS.get(table, ("RETRY", "RETRY", "PARKED", "RESOLVED")))
    company = draw.choice([*companies, None])
    given = {
        "code": draw.choice(CODES[table]),
        "message": draw.choice(
            [
                "{d} has no mail server",
                'Slot "{n}" is 100% empty',
                "under_score {n}",
                "Timed out after {n} ms",
            ]
        ).format(d=f"firm{n}.example", n=n),
        "outreach": company.outreach if company else None,
        "company_unique_id": None if company else f"LOOSE-{n % 3}",
        "domain": company.outreach.domain if company else f"loose{n % 3}.example",
        "stage": draw.choice(STAGES),
        "severity": draw.choice(SEVERITIES),
        "ttl_tier": draw.choice(TIERS),
        "disposition": disposition,
        "retry_count": draw.randrange(4),
        "owner": draw.choice(["HUB-DOL team", "Platform team", "owner, with comma"]),
        "created_at": NEWEST - timedelta(hours=draw.randrange(2000)),
    }
    if disposition == "PARKED":
        level = draw.randrange(4)
        given |= {
            "park_reason": draw.choice(["DATA_QUALITY", "NO_MX_AFTER_RETRIES"]),
            "escalation_level": level,
            "escalated_at": NEWEST if level else None,
        }
    return make.error_columns(table, **given)
