"""The scans of ingest code that were kept: the last one of each tree, and what it counted."""

from typing import NamedTuple

from django.conf import settings
from django.db.models import Case, QuerySet, Value, When

from enrichment.models import Scan


class Registered(NamedTuple):
    """How many ingest functions there are, and how many of them are registered."""

    registered: int
    functions: int


def newest() -> QuerySet[Scan]:
    """Return the scan that pages speak of, alone: the last one of the tree that the console scans.

    Where nobody has scanned that, it is the last one of whichever tree.
    """
    own = str(settings.INGEST_TREE.resolve())
    is_own = Case(When(tree=own, then=Value(0)), default=Value(1))
    first = Scan.objects.order_by(is_own, "-id").values("pk")[:1]
    return Scan.objects.filter(pk__in=first)


def last_of_each() -> QuerySet[Scan]:
    """Return the last scan of each tree, by the name of the tree."""
    return Scan.objects.order_by("tree", "-id").distinct("tree")


def of(tree: str) -> QuerySet[Scan]:
    """Return the scans of a tree, the newest first."""
    return Scan.objects.filter(tree=tree).order_by("-id")


def registered() -> Registered | None:
    """Read it from the scan that pages speak of; None where there is none, or where it does not say. One query."""
    latest = newest().values_list("summary", flat=True).first()
    registered = _count(latest, "functions_registered")
    functions = _count(latest, "functions")
    if registered is None or functions is None:
        return None
    return Registered(registered, functions)


def _count(summary: object, name: str) -> int | None:
    found = summary.get(name) if isinstance(summary, dict) else None
    return found if isinstance(found, int) else None
