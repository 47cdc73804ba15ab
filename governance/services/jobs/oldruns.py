"""Runs of jobs that nobody needs any more: what changed errors stays, and so does the last of each job."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from governance.models import JobRun, JobStep, OpenedGate
from governance.services import chores

KEPT = timedelta(days=90)
# of jobs that run many times a day, what found nothing: so long it can have made up for a late one
IDLE_KEPT = timedelta(days=7)
AT_ONCE = 1_000


def expired() -> QuerySet[JobRun]:
    """Return runs that ended long ago and left no operation, where a later due moment of the job has a run."""
    operations = JobStep.objects.filter(run=OuterRef("pk"), operation__isnull=False)
    gates = OpenedGate.objects.filter(run=OuterRef("pk"))
    # what is due follows from the last due moment that has a run
    moment = Coalesce(OuterRef("due_at"), OuterRef("claimed_at"))
    later = JobRun.objects.filter(
        job=OuterRef("job"), is_dry=False, finished_at__isnull=False, due_at__gt=moment
    )
    now = timezone.now()
    is_idle = Q(is_idle=True, finished_at__lt=now - IDLE_KEPT)
    old = JobRun.objects.filter(is_idle | Q(finished_at__lt=now - KEPT))
    return old.exclude(Exists(operations)).exclude(Exists(gates)).filter(Exists(later))


def forget() -> int:
    """Delete the oldest of them with their steps, a thousand at most; returns how many."""
    return int(chores.alone(_forget))


def _forget() -> int:
    keys = list(expired().order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    _, deleted = JobRun.objects.filter(pk__in=keys).delete()
    return deleted.get(JobRun._meta.label, 0)
