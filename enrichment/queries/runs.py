"""Runs, with what they are shown with."""

from uuid import UUID

from enrichment.models import Run


def find(key: UUID) -> Run | None:
    """Find a run by its id."""
    shown = Run.objects.select_related("workflow", "by")
    return shown.filter(pk=key).first()
