"""The schedule with short periods: `celery --app=tests.quickbeat beat`."""

from outreach_admin.celery import app

PERIOD = 0.3
app.conf.beat_schedule = {
    "look for due jobs": {"task": "governance.tasks.start_due_jobs", "schedule": PERIOD}
}
