"""Reports of the canon's checks: what is before one, and what has changed since."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import connection
from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from governance.models import CheckedRepository, CheckFinding, CheckReport

State = CheckFinding.State
# days before the end of a waiver on which it counts as ending
SOON = timedelta(days=14)
UNREADABLE = "unreadable"
NEW, SAME, FIRST = "new", "same", "first"
GONE = "gone"
# reports of a branch that a trend shows
RECENT = 12
TRENDS = """
    SELECT r.id, array_agg(p.open ORDER BY p.checked_at, p.id)
    FROM governance_checkedrepository r
    JOIN governance_checkreport l ON l.id = r.last_id
    CROSS JOIN LATERAL (
        SELECT c.open, c.checked_at, c.id
        FROM governance_checkreport c
        WHERE c.repository_id = r.id AND c.branch = l.branch AND c.refusal = ''
        ORDER BY c.checked_at DESC, c.id DESC
        LIMIT %s
    ) p
    WHERE r.id = ANY(%s)
    GROUP BY r.id
"""


def repositories() -> QuerySet[CheckedRepository]:
    """Return every repository of which there is a report, with the last one."""
    return CheckedRepository.objects.filter(last__isnull=False).select_related("last")


def trends(keys: Iterable[int]) -> dict[int, list[int]]:
    """Read how many findings were open in the last reports of each repository, on the branch of its last one. One query."""
    with connection.cursor() as cursor:
        cursor.execute(TRENDS, [RECENT, list(keys)])
        return dict(cursor.fetchall())


def preceding(report: CheckReport) -> CheckReport | None:
    """Return the report before this one on the same branch that can be compared with it."""
    return _beside(report, _earlier(report)).order_by("-checked_at", "-id").first()


def following(report: CheckReport) -> CheckReport | None:
    """Return the one after it."""
    later = ~_earlier(report)
    return _beside(report, later).order_by("checked_at", "id").first()


def _earlier(report: CheckReport) -> Q:
    same = Q(checked_at=report.checked_at, pk__lt=report.pk)
    return Q(checked_at__lt=report.checked_at) | same


def _beside(report: CheckReport, when: Q) -> QuerySet[CheckReport]:
    line = CheckReport.objects.comparable().filter(
        repository=report.repository_id,
        branch=report.branch,
    )
    return line.filter(when).exclude(pk=report.pk)


def within(report: CheckReport) -> QuerySet[CheckFinding]:
    """Return the findings of a report; `change` says whether each was there, in the same state, in the one before."""
    change: Case | Value = Value(FIRST, CharField())
    if report.before_id is not None:
        change = Case(
            When(_in(report.before_id), then=Value(SAME)),
            default=Value(NEW),
            output_field=CharField(),
        )
    soon = report.checked_at.date() + SOON
    ends = Case(When(until__lte=soon, then=Value(value=True)), default=Value(value=False))
    return CheckFinding.objects.filter(report=report.pk).annotate(change=change, ends_soon=ends)


def closed(report: CheckReport) -> QuerySet[CheckFinding]:
    """Return what was open in the report before this one and no longer is; `now` says what became of each.

    Nobody can tell that it is gone where its file cannot be read any more.
    """
    here = CheckFinding.objects.filter(report=report.pk)
    same = here.filter(identity=OuterRef("identity"))
    unread = here.filter(rule=UNREADABLE, file=OuterRef("file"))
    became = [When(Exists(same.filter(state=one)), then=Value(one)) for one in _OTHER]
    now = Case(
        When(~Q(rule=UNREADABLE) & Exists(unread), then=Value(UNREADABLE)),
        *became,
        default=Value(GONE),
        output_field=CharField(),
    )
    rows = CheckFinding.objects.filter(report=report.before_id, state=State.OPEN)
    return rows.exclude(_in(report.pk)).annotate(now=now)


_OTHER = (State.WAIVED.value, State.KNOWN.value)


def _in(report: int) -> Exists:
    """Whether a report has the finding, in the same state and at least as often."""
    return Exists(
        CheckFinding.objects.filter(
            report=report,
            identity=OuterRef("identity"),
            state=OuterRef("state"),
            ordinal=OuterRef("ordinal"),
        )
    )


def changes(report: CheckReport) -> dict[str, int | None]:
    """Count what has changed since the report before; None of each where there is none."""
    if report.before_id is None:
        return dict.fromkeys(("opened", "closed", "newly_waived"))
    new = within(report).filter(Q(("change", NEW)))
    return {
        "opened": new.filter(state=State.OPEN).count(),
        "closed": closed(report).count(),
        "newly_waived": new.filter(state=State.WAIVED).count(),
    }


def past(repository: CheckedRepository, branch: str, most: int) -> list[CheckReport]:
    """Return the last reports of a branch, the newest first."""
    rows = repository.reports.comparable().filter(branch=branch)
    return list(rows.order_by("-checked_at", "-id")[:most])


def due(before: object) -> QuerySet[CheckReport]:
    """Return the reports from before a moment, the oldest first, without the last of each repository."""
    lasts = CheckedRepository.objects.filter(last=OuterRef("pk"))
    old = CheckReport.objects.filter(checked_at__lt=before).exclude(Exists(lasts))
    return old.order_by(F("checked_at"), F("id"))
