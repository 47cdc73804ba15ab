"""The watchdog of schedules where no page is asked for: it writes down what is late, and says so in the log."""

from datetime import datetime, timedelta

import structlog

from governance.models import Lapse
from governance.queries.jobs import lateness

log = structlog.get_logger(__name__)


def look(*, by: str, at: datetime | None = None, watched: timedelta | None = None) -> list[Lapse]:
    """Note the jobs that are late and that nobody has noted yet, and return these; `by` names who looks.

    It starts nothing: what was due is made up by the schedule, or by a person. `watched` is how long the process
    has been there to notice.
    """
    late = lateness.late(at=at, watched=watched)
    if not late:
        return []
    wanted = [Lapse(job=one.job, due_at=one.due_at, noticed_by=by) for one in late]
    known = _kept(wanted)
    new = [one for one in wanted if (one.job, one.due_at) not in known]
    Lapse.objects.bulk_create(new, ignore_conflicts=True)
    for one in new:
        log.error("job is late", job=one.job, due_at=one.due_at.isoformat(), noticed_by=by)
    return new


def _kept(wanted: list[Lapse]) -> set[tuple[str, datetime]]:
    moments = [one.due_at for one in wanted]
    kept = Lapse.objects.filter(job__in=[one.job for one in wanted], due_at__in=moments)
    return set(kept.values_list("job", "due_at"))
