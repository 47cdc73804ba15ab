"""What the latest audit of ingest code found."""

from typing import NamedTuple

from enrichment.models import Scan


class Registered(NamedTuple):
    """How many ingest functions there are, and how many of them are registered."""

    registered: int
    functions: int


def registered() -> Registered | None:
    """Read it from the latest scan; None where there is none, or where it does not say. One query."""
    latest = Scan.objects.order_by("-id").values_list("summary", flat=True).first()
    registered = _count(latest, "functions_registered")
    functions = _count(latest, "functions")
    if registered is None or functions is None:
        return None
    return Registered(registered, functions)


def _count(summary: object, name: str) -> int | None:
    found = summary.get(name) if isinstance(summary, dict) else None
    return found if isinstance(found, int) else None
