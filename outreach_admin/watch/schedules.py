"""The schedule, which shows that it lives."""

from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django_celery_beat.schedulers import DatabaseScheduler, ModelEntry

log = structlog.get_logger("outreach.beat")
PULSE = "beat.pulse"


class Entry(ModelEntry):
    """An entry of the schedule; one that ran in the future, by a clock set back since, is due."""

    def is_due(self) -> Any:
        """Judge by the last run, unless that is still to come."""
        now = self._default_now()
        if self.last_run_at > now:
            self.last_run_at = now - timedelta(days=1)
        return super().is_due()


class PulsedScheduler(DatabaseScheduler):
    """Touch a file whenever the loop turns, every five seconds at the latest: `up` ends a schedule that does not."""

    Entry = Entry

    def tick(self, *args: Any, **kwargs: Any) -> Any:
        try:
            (settings.DATA_DIR / PULSE).touch()
        except OSError as problem:
            log.warning("pulse not shown", reason=str(problem))
        return super().tick(*args, **kwargs)
