"""What the hub tables hold of one company."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Model, OuterRef, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import JSONObject

from governance.models import (
    BitScore,
    BlogContent,
    CompanyMaster,
    CompanySlot,
    CompanyTarget,
    DolFiling,
    Outreach,
    Person,
    Readiness,
)

# of each kind of row; a page says where there are more
MOST_ROWS = 50
# what one can ask about, in waterfall order
TARGETS = ["DOL", "PEOPLE", "BLOG", "BIT", "OUTREACH"]
OPEN_TO = """ARRAY(
    SELECT t.target FROM unnest(%s::text[]) AS t (target)
    WHERE governance.can_promote(governance_outreach.outreach_id, t.target))"""
# of a transaction that had to leave it uncounted: see docs/decisions.md
IS_DUE = """EXISTS (
    SELECT FROM governance.readiness_due d WHERE governance_outreach.outreach_id = ANY (d.ids))"""
Row = TypeVar("Row")


class Filing(NamedTuple):
    """A filing, as far as it counts."""

    ein: str | None
    filing_present: bool | None


class Slot(NamedTuple):
    """A seat, and who fills it."""

    slot_type: str
    is_filled: bool
    person_unique_id: str | None


class Contact(NamedTuple):
    """Somebody who can be written to."""

    email: str | None
    email_verified: bool
    contact_status: str
    slot_type: str | None


@dataclass(frozen=True)
class Rows(Generic[Row]):
    """The first rows of one kind; `more` where there are others."""

    shown: list[Row]
    more: bool = False

    @property
    def first(self) -> Row | None:
        return self.shown[0] if self.shown else None


@dataclass(frozen=True)
class Company:
    """One company: its maintained row, and what each hub table knows; None where it knows nothing.

    `open_to` are the targets that the database's rule lets it be promoted to: none while it waits to be counted anew
    (`is_due`), since its readiness may lack a change. The sovereign id is not read.
    """

    spine: Outreach
    readiness: Readiness
    is_due: bool
    open_to: frozenset[str]
    master: CompanyMaster | None
    target: CompanyTarget | None
    bit_score: BitScore | None
    read_at: datetime | None
    filings: Rows[Filing]
    slots: Rows[Slot]
    people: Rows[Contact]

    @property
    def name(self) -> str:
        """What people call it, as far as it is known."""
        named = self.readiness.company_name or self.readiness.domain
        return named or str(self.spine.pk)


def find(outreach_id: UUID) -> Company | None:
    """Read a company, with up to 50 filings, slots and people, those that count first. One query, whatever it holds."""
    found = (
        Outreach.objects.select_related("readiness", "company", "target", "bit_score")
        .defer("sovereign_id", "ein")
        .filter(pk=outreach_id, readiness__isnull=False)
        .annotate(
            is_due=RawSQL(IS_DUE, []),  # noqa: S611 - our own text
            open_to=RawSQL(OPEN_TO, [TARGETS]),  # noqa: S611 - our own text
            read_at=_newest_page(),
            filing_rows=_rows_of(
                DolFiling,
                Filing,
                F("filing_present").desc(nulls_last=True),
                F("ein").desc(nulls_last=True),
            ),
            slot_rows=_rows_of(CompanySlot, Slot, "slot_type"),
            people_rows=_rows_of(Person, Contact, "-email_verified", "email"),
        )
        .first()
    )
    return _company(found) if found else None


def _company(found: Any) -> Company:
    return Company(
        found,
        found.readiness,
        found.is_due,
        frozenset(found.open_to),
        getattr(found, "company", None),
        getattr(found, "target", None),
        getattr(found, "bit_score", None),
        found.read_at,
        filings=_rows(found.filing_rows, Filing),
        slots=_rows(found.slot_rows, Slot),
        people=_rows(found.people_rows, Contact),
    )


def _newest_page() -> Subquery:
    pages = BlogContent.objects.filter(outreach=OuterRef("pk"))
    newest = pages.order_by(F("context_timestamp").desc(nulls_last=True))
    return Subquery(newest.values("context_timestamp")[:1])


def _rows_of(
    model: type[Model],
    kind: Any,
    *order: Any,
) -> ArraySubquery:
    """Gather one row more than is shown."""
    rows = model._default_manager.filter(outreach=OuterRef("pk")).order_by(*order, "pk")
    columns = {name: name for name in kind._fields}
    return ArraySubquery(rows.values(row=JSONObject(**columns))[: MOST_ROWS + 1])


def _rows(found: list[dict[str, Any]], kind: Any) -> Rows[Any]:
    shown = [kind(**row) for row in found[:MOST_ROWS]]
    return Rows(shown, more=len(found) > MOST_ROWS)
