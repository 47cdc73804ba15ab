"""The jobs that look after the console itself: figures of each day, checks of the night, tidying up."""

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from governance.models import TokenRefusal
from governance.queries.archives import accounts as found
from governance.queries.readiness import backlog as counted
from governance.queries.readiness import drift
from governance.queries.readiness import snapshots as kept
from governance.services import backlog, chores, keptfilters, readiness, snapshots, tokens
from governance.services.archives import accounts
from governance.services.canon import checks
from governance.services.files import exports, imports
from governance.services.jobs import oldruns
from governance.services.jobs.registry import Counts, Job
from outreach_admin.api import idempotency

TIDY_UP = "tidy_up"
Work = Callable[[datetime], Counts]


def counting(what: str, act: Callable[[], int]) -> Work:
    """Let something that returns a number be the work of a job."""

    def work(at: datetime) -> Counts:
        return {what: act()}

    return work


def until_done(act: Callable[[], int]) -> int:
    """Do it again while it finds anything to do; returns how many it did."""
    return sum(iter(act, 0))


def _tidy(name: str, means: str, what: str, act: Callable[[], int], left: Callable[[], int]) -> Job:
    return Job(
        name,
        name.replace("_", " ").capitalize(),
        means,
        work=counting(what, lambda: until_done(act)),
        forecast=counting(what, left),
        within=TIDY_UP,
        family=TIDY_UP,
    )


def _snapshots_missing() -> int:
    return len(kept.unkept(snapshots.LOOKS_BACK))


def _days_missing() -> int:
    return len(counted.unkept(timezone.now().date(), most=backlog.LOOKS_BACK))


def _unbalanced() -> int:
    return sum(not one.balances for one in found.of_tables(exact=True))


JOBS = (
    Job(
        "readiness_snapshot",
        "Readiness snapshot",
        "Keeps how companies stood at the end of each day that has none yet.",
        work=counting("days", snapshots.fill),
        forecast=counting("days", _snapshots_missing),
    ),
    Job(
        "backlog_days",
        "Backlog by day",
        "Counts what came into the backlog and left it on each day that nobody counted yet.",
        work=counting("days", backlog.fill),
        forecast=counting("days", _days_missing),
    ),
    Job(
        "readiness_check",
        "Readiness check",
        "Compares every readiness row with its definition; health tells what differs.",
        work=counting("companies that differ", lambda: readiness.check_alone().differing),
        forecast=counting("companies that differ", lambda: drift.drift()[0]),
    ),
    Job(
        "reconciliation",
        "Reconciliation",
        "Counts live, archived and deleted errors against all that ever came; health tells what differs.",
        work=counting("tables that differ", lambda: len(accounts.reconcile_alone().differing)),
        forecast=counting("tables that differ", _unbalanced),
    ),
    Job(
        TIDY_UP,
        "Tidy up",
        "Deletes files, uploads, filters, refusals, reports, answers and runs whose time is over.",
        family=TIDY_UP,
    ),
    _tidy(
        "delete_files",
        "Deletes exported files after their days; that they were made stays listed.",
        "files",
        exports.expire,
        lambda: exports.expired().count(),
    ),
    _tidy(
        "delete_uploads",
        "Drops the rows of uploads that wait for nothing.",
        "uploads",
        imports.expire,
        lambda: imports.expired().count(),
    ),
    _tidy(
        "forget_filters",
        "Forgets long filters that nobody asks for.",
        "filters",
        keptfilters.expire,
        lambda: len(keptfilters.expired()),
    ),
    _tidy(
        "forget_refused_tokens",
        "Forgets refused requests after 90 days.",
        "refusals",
        tokens.forget_refusals,
        lambda: TokenRefusal.objects.expired().count(),
    ),
    _tidy(
        "delete_check_reports",
        "Deletes reports of checks after a year, but for the last of each repository.",
        "reports",
        checks.expire,
        lambda: checks.expired().count(),
    ),
    _tidy(
        "forget_first_answers",
        "Forgets the answers of idempotent requests after a day.",
        "answers",
        lambda: chores.alone(idempotency.expire),
        lambda: idempotency.expired().count(),
    ),
    _tidy(
        "forget_runs",
        "Forgets runs that changed no error after 90 days, those many times a day that found nothing after a week; the last of each job stays.",
        "runs",
        oldruns.forget,
        lambda: oldruns.expired().count(),
    ),
)
