"""Entries of the registry: what they lack, how they stand beside the code, counted by facets."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.utils.functional import cached_property

from enrichment.models import Finding, Scan, State, Workflow, WorkflowAlias
from enrichment.models.scans import REGISTRABLE
from enrichment.models.workflows import FIELDS, is_filled
from enrichment.queries import scans
from enrichment.scanner.audit import NOTED
from outreach_admin.lists.listings import CountedListing
from outreach_admin.lists.tallies import Cell, Cube

# how the facets of the list read a row
FACETS = {
    "is_active": "is_active",
    "key_type": "key_type",
    "intent": "intent",
    "complete": "is_complete",
    "provider": "provider",
    "payload_type": "payload_type",
    "owner": "owner",
}
NONE = "none"
CALLED = "inactive_but_called"
# what the code says of an entry that the entry does not
DIFFERING = (
    "registered_missing",
    "table_mismatch",
    "duplicate_slug",
    CALLED,
)


class EntryListing(CountedListing):
    """The registry: total and all facets are one query over its rows, of which there are few."""

    @property
    def is_counted(self) -> bool:
        """Whether the number of rows comes with the facets: always."""
        return True

    @cached_property
    def cube(self) -> Cube:
        """Count by facet values what the other filters leave."""
        return counted(self.filterset.beside_facets(Workflow.objects.all()))


def counted(rows: QuerySet[Workflow]) -> Cube:
    """Count entries by combinations of facet values. One query."""
    columns = FACETS.values()
    found = rows.order_by().values_list(*columns).annotate(Count("pk"))
    cells = [
        Cell(
            dict(zip(FACETS, map(_said, values), strict=True)),
            number,
        )
        for *values, number in found
    ]
    return Cube(cells)


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value or NONE


def falls_short() -> Q:
    """Say when an entry's records should reach core and some did not, as its states tell."""
    short = State.objects.filter(
        workflow=OuterRef("workflow_name"),
        records_in_extracted__gt=0,
        records_in_core=0,
    )
    return Q(Exists(short), intent=Workflow.Intent.SHOULD)


def is_found(kinds: Iterable[str]) -> Q:
    """Say when the newest audit has a finding of such kinds about an entry that nobody waived."""
    found = _open_findings(kinds)
    once = WorkflowAlias.objects.filter(
        workflow=OuterRef("pk"),
        alias__in=found.values("slug"),
    )
    today = found.filter(slug=OuterRef("workflow_name"))
    return Q(Exists(today)) | Q(Exists(once))


def _open_findings(kinds: Iterable[str]) -> QuerySet[Finding]:
    return Finding.objects.filter(
        scan__in=scans.newest(),
        kind__in=list(kinds),
        waived_because="",
    )


def unregistered() -> QuerySet[Finding]:
    """Return functions of the newest audit that have no entry by now, by file and line."""
    named = Workflow.objects.filter(workflow_name=OuterRef("slug"))
    once = WorkflowAlias.objects.filter(alias=OuterRef("slug"))
    found = _open_findings(REGISTRABLE)
    return found.exclude(Exists(named)).exclude(Exists(once)).order_by("file", "line", "pk")


@dataclass(frozen=True)
class Said:
    """What the newest audit says of one entry: in what they differ, and the functions that use it."""

    differences: list[Finding]
    functions: list[Finding]


def said_of(workflow: Workflow, aliases: Iterable[str]) -> Said:
    """Return what the newest audit says of an entry, waived or not. One query."""
    names = [workflow.workflow_name, *aliases]
    found = list(Finding.objects.filter(scan__in=scans.newest(), slug__in=names).order_by("id"))
    by_name = {one.function: one for one in found if one.function}
    return Said(
        [one for one in found if one.kind not in NOTED],
        list(by_name.values()),
    )


@dataclass(frozen=True)
class Completeness:
    """Figures of the whole registry; `filled` are the filled fields of all entries together.

    `short` are entries whose records should reach core and did not, `differing` those of which the
    code says something else, `called` inactive ones that functions call. `scan` is the newest audit,
    `waiting` the functions that it found without an entry.
    """

    entries: int
    complete: int
    active: int
    filled: int
    short: int
    differing: int
    called: int
    missing: dict[str, int]
    scan: Scan | None
    waiting: int

    @property
    def fields(self) -> int:
        """How many fields all entries have."""
        return self.entries * Workflow.FIELDS

    @property
    def agreeing(self) -> int | None:
        """Entries of which the code says nothing else; None while nobody has scanned."""
        return self.entries - self.differing if self.scan else None

    @property
    def functions(self) -> int | None:
        """How many ingest functions the audit found."""
        found = self.scan.summary.get("functions") if self.scan else None
        return found if isinstance(found, int) else None


def completeness() -> Completeness:
    """Return what the registry has, lacks, and how it stands beside the code. Three queries."""
    lacking = {f"no_{name}": Count("pk", filter=~is_filled(name)) for name in FIELDS}
    found = Workflow.objects.aggregate(
        entries=Count("pk"),
        complete=Count("pk", filter=Q(is_complete=True)),
        active=Count("pk", filter=Q(is_active=True)),
        filled=Sum("filled", default=0),
        short=Count("pk", filter=falls_short()),
        differing=Count("pk", filter=is_found(DIFFERING)),
        called=Count("pk", filter=is_found([CALLED])),
        **lacking,
    )
    missing = {label: found.pop(f"no_{name}") for name, label in FIELDS.items()}
    scan = scans.newest().first()
    return Completeness(
        **found,
        missing=missing,
        scan=scan,
        waiting=unregistered().count() if scan else 0,
    )
