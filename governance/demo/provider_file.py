"""A file that the address provider sent: errors that its own tries used up, a few of them badly written."""

import csv
import io
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import BinaryIO

from governance.models import Readiness

NAME = "address-provider-week-in-review.csv"
GOOD, MAILBOXES = 64, 40
# the newest was eight days old, the oldest comes to the end of its thirty days
NEWEST, OLDEST = timedelta(days=8), timedelta(days=29)
COLUMNS = (
    "error_id",
    "error_table",
    "outreach_id",
    "domain",
    "code",
    "message",
    "retry_count",
    "created_at",
)
FIRST = ("Dana", "Marek", "Ines", "Paulo", "Greta", "Yusuf", "Carla", "Owen")
LAST = ("Ortega", "Lindgren", "Abara", "Soto", "Kaur", "Weller", "Brandt")

Row = dict[str, str]


def written(*, latest: datetime) -> BinaryIO:
    """Return the CSV: 64 sound rows of companies that a DOL error holds anyway, then 4 that no check lets through."""
    text = io.StringIO()
    lines = csv.DictWriter(text, COLUMNS)
    lines.writeheader()
    good = list(_good(latest))
    lines.writerows([*good, *_bad(good)])
    return io.BytesIO(text.getvalue().encode())


def _good(latest: datetime) -> Iterator[Row]:
    step = (OLDEST - NEWEST) / (GOOD - 1)
    for place, (outreach_id, domain) in enumerate(_companies()):
        yield {
            "error_id": str(uuid.uuid5(outreach_id, NAME)),
            "error_table": "people.people_errors",
            "outreach_id": str(outreach_id),
            "domain": domain,
            "created_at": (latest - NEWEST - place * step).isoformat(timespec="seconds"),
            **_refused(place, domain),
        }


def _companies() -> Iterator[tuple[uuid.UUID, str]]:
    """Choose companies whose readiness does not depend on a further error."""
    held = Readiness.objects.filter(
        tier="TIER_0_ANCHOR_DONE",
        dol_blocking__gt=0,
        ct_blocking=0,
        people_blocking=0,
    )
    chosen = held.order_by("outreach_id").values_list("outreach_id", "outreach__domain")
    yield from chosen[:GOOD]


def _refused(place: int, domain: str) -> Row:
    """Say what went wrong: first mailboxes that are gone, then names that are incomplete."""
    first, last = FIRST[place % len(FIRST)], LAST[place % len(LAST)]
    if place < MAILBOXES:
        address = f"{first}.{last}@{domain}".lower()
        said = f'The mailbox "{address}" does not exist'
        return {"code": "PI-E301", "message": said, "retry_count": "3"}
    said = f'The profile of "{last}" has no first name'
    return {"code": "PI-E202", "message": said, "retry_count": "2"}


def _bad(good: list[Row]) -> Iterator[Row]:
    """Write what people write: an id twice, a number in words, no code, a day that has not come."""
    first, second, third, fourth = good[:4]
    new = {"error_id": ""}
    yield first
    yield second | new | {"retry_count": "three"}
    yield third | new | {"code": ""}
    yield fourth | new | {"created_at": "2099-01-01T00:00:00+00:00"}
