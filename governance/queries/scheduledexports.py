"""Scheduled exports: which are due, what their files came to, what of it waits for a look."""

from dataclasses import dataclass
from datetime import datetime, time

from django.contrib.auth.models import User
from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    F,
    Max,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Window,
)
from django.db.models.functions import RowNumber
from django.utils import timezone

from governance.models import Event, ExportFile, ScheduledExport
from governance.queries import people
from governance.queries.jobs import duetimes

State = ExportFile.State
WRITTEN = (State.READY, State.EXPIRED)
EMPTY = Q(state__in=WRITTEN, rows=0)
SHOWN = 3
SUBJECT = "scheduled_export"
TOLD = 20
WORDS = {"CREATE": "Made", "UPDATE": "Changed", "STOP": "Stopped", "START": "Started"}
# what follows from the rest
UNTOLD = ("version", "due_since", "view_id")


@dataclass
class Rule:
    """A rule of time as schedules have it; an export is due once a day at most."""

    at: time | None
    weekday: int | None
    time_zone: str
    is_on: bool
    enforced_at: datetime | None
    every_minutes: int | None = None
    ended_at: datetime | None = None

    @classmethod
    def of(cls, scheduled: ScheduledExport) -> "Rule":
        """Read the rule of an export."""
        said = scheduled
        return cls(said.at, said.weekday, said.time_zone, said.is_on, said.due_since)


def next_at(scheduled: ScheduledExport, *, after: datetime | None = None) -> datetime | None:
    """Return when it is due next after a moment, now unless given; None while it is stopped."""
    if not scheduled.is_on:
        return None
    return duetimes.following(Rule.of(scheduled), after or timezone.now())


def due_moment(scheduled: ScheduledExport, *, by: datetime) -> datetime | None:
    """Return the moment at which it was due and that has no file yet. One query.

    Files of moments still to come, by a clock set back since, do not count.
    """
    before = ExportFile.objects.filter(scheduled=scheduled, due_at__lte=by)
    last = before.aggregate(last=Max("due_at"))["last"]
    return duetimes.due([Rule.of(scheduled)], by=by, since=last)


def due(*, at: datetime) -> list[ScheduledExport]:
    """Return those that were due and whose moment has no file. One query."""
    before = ExportFile.objects.filter(scheduled=OuterRef("pk"), due_at__lte=at).order_by()
    last = before.values("scheduled").annotate(last=Max("due_at")).values("last")
    running = ScheduledExport.objects.running().annotate(last_due=Subquery(last)).order_by("pk")
    return [
        one
        for one in running
        if duetimes.due([Rule.of(one)], by=at, since=vars(one)["last_due"]) is not None
    ]


def beyond(scheduled_id: int | None = None) -> QuerySet[ExportFile]:
    """Return the files beyond the number that stays, written ones and others counted apart; of all exports where none is named."""
    files = ExportFile.objects.finished().filter(scheduled__isnull=False)
    if scheduled_id is not None:
        files = files.filter(scheduled=scheduled_id)
    place = Window(
        RowNumber(),
        partition_by=[F("scheduled"), ExpressionWrapper(Q(state=State.READY), BooleanField())],
        order_by=F("due_at").desc(),
    )
    return files.annotate(place=place).filter(place__gt=F("scheduled__keep")).order_by("pk")


def troubled(files: QuerySet[ExportFile]) -> QuerySet[ExportFile]:
    """Keep those that failed or came out empty and that nobody has looked at."""
    return files.filter(Q(state=State.FAILED) | EMPTY, scheduled__isnull=False, looked_at=None)


def to_look_at(user: User, *, all_of_them: bool) -> QuerySet[ExportFile]:
    """Return what the last run of an export came to where it failed or was empty: of one's own, or of everybody.

    A later run that brought rows settles it, and so does who looks at it or stops the export.
    """
    later = ExportFile.objects.finished().filter(
        scheduled=OuterRef("scheduled"), due_at__gt=OuterRef("due_at")
    )
    found = troubled(ExportFile.objects.filter(scheduled__is_on=True)).exclude(Exists(later))
    if not all_of_them:
        found = found.filter(scheduled__owner=user)
    return found.select_related("scheduled", "requester").order_by("-due_at", "-pk")


def listed() -> QuerySet[ScheduledExport]:
    """Return all with their people, views and last files (`latest`), in as many queries however many there are."""
    newest = ExportFile.objects.order_by("-due_at")
    return ScheduledExport.objects.select_related("owner", "view").prefetch_related(
        Prefetch("files", newest[:SHOWN], to_attr="latest")
    )


def files_of(scheduled: ScheduledExport) -> QuerySet[ExportFile]:
    """Return its files, the last due first."""
    return (
        ExportFile.objects.filter(scheduled=scheduled)
        .select_related("looked_by")
        .order_by("-due_at")
    )


@dataclass(frozen=True)
class Told:
    """One change of an export: what, by whom, when, and each column before and after."""

    what: str
    actor: str
    at: datetime
    changes: list[tuple[str, object, object]]


def story(scheduled: ScheduledExport) -> list[Told]:
    """Tell what happened to it, the last first. Two queries."""
    events = Event.objects.filter(subject_type=SUBJECT, subject_key=str(scheduled.pk))
    last = list(events.order_by("-id")[:TOLD])
    names = people.names(event.actor for event in last)
    return [
        Told(
            WORDS.get(event.action, "Changed"),
            names.get(event.actor or "", event.actor or f"plain SQL as {event.db_user}"),
            event.at,
            _changes(event),
        )
        for event in last
    ]


def _changes(event: Event) -> list[tuple[str, object, object]]:
    before, after = event.before or {}, event.after or {}
    if event.action not in ("UPDATE", "CREATE") or not before:
        return []
    return [
        (name.removesuffix("_id").replace("_", " "), before.get(name), value)
        for name, value in after.items()
        if name not in UNTOLD and before.get(name) != value
    ]
