"""Scheduled exports of tests: due for long, and written as a worker would."""

from datetime import UTC, datetime

from governance.models import ExportFile, ScheduledExport
from governance.resources import exports as resources
from governance.services.files import scheduled
from tests import make

STARTED = datetime(2026, 3, 1, tzinfo=UTC)


def weekly(**given) -> ScheduledExport:
    """An export that has been due for long."""
    return daily(**{"weekday": 0} | given)


def daily(**given) -> ScheduledExport:
    made = make.scheduled_export(**given)
    ScheduledExport.objects.filter(pk=made.pk).update(due_since=STARTED)
    made.refresh_from_db()
    return made


def due(at: datetime) -> list[ExportFile]:
    """Let what is due be claimed at that moment; returns the files it gave, the newest first."""
    before = set(ExportFile.objects.values_list("pk", flat=True))
    scheduled.start_due(at=at)
    return list(ExportFile.objects.exclude(pk__in=before))


def written(at: datetime) -> ExportFile:
    """Have the one file written that is due at that moment."""
    (file,) = due(at)
    resources.write_file(file.pk)
    file.refresh_from_db()
    return file


def moments() -> list[datetime]:
    return list(ExportFile.objects.order_by("due_at").values_list("due_at", flat=True))


def at(day: int, hour: int, minute: int = 0, *, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)
