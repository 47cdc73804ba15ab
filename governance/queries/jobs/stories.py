"""What a run did, for its page."""

from typing import NamedTuple

from django.db.models import OuterRef, QuerySet, Subquery

from governance.models import ErrorTable, JobRun, JobStep, OpenedGate, Outreach
from governance.queries.jobs import totals

GATES_SHOWN = 50


class Matrix(NamedTuple):
    """Rows by error table and job; `tables` are (name, counts in the order of `jobs`)."""

    jobs: list[str]
    tables: list[tuple[str, list[int]]]
    sums: list[int]


def steps(run: JobRun) -> QuerySet[JobStep]:
    """Return its steps in order, with their operations."""
    return run.steps.select_related("operation").order_by("position")


def matrix(run: JobRun) -> Matrix:
    """Count rows by error table and job."""
    found = totals.by_job(run)
    names = sorted({name for counts in found.values() for name in counts} | _tables(found))
    return Matrix(
        list(found),
        [(name, [counts.get(name, 0) for counts in found.values()]) for name in names],
        [sum(counts.values()) for counts in found.values()],
    )


def _tables(found: dict[str, dict[str, int]]) -> set[str]:
    """Return every error table where any job counts such; work of other kinds counts its own."""
    known = set(ErrorTable.objects.values_list("name", flat=True))
    return known if any(known & set(counts) for counts in found.values()) else set()


def gates(run: JobRun) -> tuple[list[OpenedGate], int]:
    """Return the companies whose gate it opened, those to review first, and how many more there are."""
    opened = run.opened_gates.select_related("outreach__company", "reviewed_by")
    shown = list(opened.order_by("-reviewed_at", "id")[:GATES_SHOWN])
    return shown, max(0, run.opened_gates.count() - len(shown)) if len(shown) == GATES_SHOWN else 0


def opened(run: int | None) -> QuerySet[OpenedGate]:
    """Return the companies whose gate a run opened with their domains, those that are no longer there too."""
    company = Outreach.objects.filter(pk=OuterRef("outreach_id"))
    found = OpenedGate.objects.filter(run=run).select_related("reviewed_by")
    return found.annotate(domain=Subquery(company.values("domain")[:1]))
