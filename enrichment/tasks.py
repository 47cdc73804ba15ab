"""What the workers do for enrichment: one service call each."""

from celery import shared_task


@shared_task(name="enrichment.tasks.reap_runs")
def reap_runs() -> int:
    """Make silent runs stale, and return how many. Runs every minute."""
    from enrichment.services import reaper

    return reaper.reap()
