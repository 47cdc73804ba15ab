"""What the workers do for enrichment."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from enrichment import tasks
from tests import make

pytestmark = pytest.mark.django_db


def test_silent_runs_are_reaped_every_minute():
    old = timezone.now() - timedelta(hours=1)
    run = make.run("running", ran_at=old, started_at=old)

    assert tasks.reap_runs() == 1

    run.refresh_from_db()
    assert run.status == "stale"
    job = settings.CELERY_BEAT_SCHEDULE["reap runs"]
    assert (job["task"], job["schedule"]) == (tasks.reap_runs.name, 60)
