"""What the workers do for enrichment: one service call."""

from celery import shared_task

SYNC_SECONDS = 45


@shared_task(name="enrichment.tasks.sync_entities")
def sync_entities() -> None:
    """Take companies and people over from the warehouse for a while. Runs every five minutes."""
    from enrichment.services import entities

    entities.sync(seconds=SYNC_SECONDS)
