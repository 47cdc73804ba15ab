"""The schedule shows a pulse, believes no time to come, and lets a late minute go."""

import json
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from outreach_admin.celery import app
from outreach_admin.watch.schedules import PULSE, PulsedScheduler

pytestmark = pytest.mark.usefixtures("committed_db", "redis_server")
NAME = "keep house"


@pytest.fixture
def scheduler() -> PulsedScheduler:
    return PulsedScheduler(app=app)


def test_every_turn_shows_a_pulse(scheduler):
    pulse = settings.DATA_DIR / PULSE
    pulse.unlink(missing_ok=True)

    scheduler.tick()

    assert pulse.exists()


def test_a_missed_minute_of_housekeeping_is_not_made_up_for(scheduler):
    assert PeriodicTask.objects.get(name=NAME).expire_seconds == 55
    assert scheduler.schedule[NAME].options["expires"] == 55


def test_a_message_of_housekeeping_is_void_after_its_minute(scheduler, redis_server):
    scheduler.apply_async(scheduler.schedule[NAME])

    message = json.loads(redis_server.lpop(settings.CELERY_TASK_DEFAULT_QUEUE))
    expires = datetime.fromisoformat(message["headers"]["expires"]) - timezone.now()
    assert 0 < expires.total_seconds() <= 55


def test_an_entry_that_ran_in_the_future_is_due_now(scheduler):
    entry = scheduler.schedule[NAME]
    waits = entry.is_due().is_due
    entry.last_run_at = timezone.now() + timedelta(days=30)

    assert (waits, entry.is_due().is_due) == (False, True)
