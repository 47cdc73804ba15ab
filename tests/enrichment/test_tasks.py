"""The worker takes entities over, at the times that the schedule says."""

from django.conf import settings

from enrichment import tasks
from enrichment.models import Entity


def test_the_schedule_takes_companies_over(warehouse_apart, committed_db):
    planned = [one["task"] for one in settings.CELERY_BEAT_SCHEDULE.values()]
    warehouse_apart.execute("INSERT INTO core.companies VALUES (gen_random_uuid(), 'a.com', 'A')")

    tasks.sync_entities()

    assert tasks.sync_entities.name in planned
    assert Entity.objects.get().entity_key == "a.com"
