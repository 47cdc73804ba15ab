"""Scheduled exports: made, edited and stopped by people; written when due, in the name of their owner."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, NoReturn

import structlog
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from governance import policies
from governance.exceptions import NotPermitted, ScheduledExportRefused
from governance.models import ExportFile, SavedView, ScheduledExport
from governance.models.jobs.scheduledexports import MOST_KEPT
from governance.queries import scheduledexports as queries
from governance.services import attribution, chores
from governance.services.files import exports
from governance.services.jobs import registry
from outreach_admin.db import zones
from outreach_admin.db.rules import unseen
from outreach_admin.lists import kept
from outreach_admin.ui.people import name_of

log = structlog.get_logger(__name__)

STOP = "governance.stop_scheduledexport"
LONGEST_NAME = 60
MOST_OWN = 20
TWICE = timedelta(minutes=1)
WHEN = ("at", "weekday", "time_zone")
EDITED = ("name", "format", "filter", "columns", "view_id", "view_name", "keep", *WHEN)


def make(*, by: User, **values: Any) -> ScheduledExport:
    """Have a file written each day or week, from now on; `values` are columns of ScheduledExport.

    `view` is a saved view whose rows go out in place of those of `filter`, which is canonical. The same asked for again within
    a minute is the one that was made.

    Raises NotPermitted, ScheduledExportRefused (a bad name, time zone or number; too many of one's own).
    """
    _refuse_without_right(by)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        _refuse_too_many(by)
        made = ScheduledExport(owner=by, due_since=timezone.now())
        _set(made, values)
        if twin := _just_made(made):
            return twin
        attribution.attribute(by=by)
        made.save(force_insert=True)
    made.refresh_from_db()
    return made


def _just_made(made: ScheduledExport) -> ScheduledExport | None:
    """Return the one that the same form made a moment ago: it was sent twice."""
    alike = {name: getattr(made, name) for name in ("subject", *EDITED)}
    recent = ScheduledExport.objects.filter(owner=made.owner, due_since__gt=timezone.now() - TWICE)
    return recent.filter(is_on=True, **alike).first()


def edit(scheduled: ScheduledExport, *, by: User, **values: Any) -> ScheduledExport:
    """Change what it takes out or when; what was due before under the old rule is not lost.

    Raises NotPermitted, ScheduledExportRefused as `make` does, and where nothing would change.
    """
    with transaction.atomic():
        current = _locked(scheduled, by=by)
        refuse_others(by, current)
        now = timezone.now()
        before = {name: getattr(current, name) for name in EDITED}
        _claim_if_due(current, now)
        _set(current, values)
        if before == {name: getattr(current, name) for name in EDITED}:
            raise ScheduledExportRefused("Nothing would change.", what_to_do="Change something.")
        if any(before[name] != getattr(current, name) for name in WHEN):
            current.due_since = now
        attribution.attribute(by=by)
        current.save(update_fields=[*EDITED, "due_since"])
    return current


def stop(scheduled: ScheduledExport, *, by: User) -> ScheduledExport:
    """Let no more files be written; those that are there stay for a week. One that is stopped stays so. Raises NotPermitted."""
    with transaction.atomic():
        current = _locked(scheduled, by=by)
        if current.is_on:
            current.is_on = False
            attribution.attribute(by=by, action="STOP")
            current.save(update_fields=["is_on"])
    return current


def start(scheduled: ScheduledExport, *, by: User) -> ScheduledExport:
    """Let a stopped one go on, from now on. Raises NotPermitted, ScheduledExportRefused (too many of one's own)."""
    with transaction.atomic():
        current = _locked(scheduled, by=by)
        refuse_others(by, current)
        if not current.is_on:
            User.objects.select_for_update(no_key=True).get(pk=by.pk)
            _refuse_too_many(by)
            current.is_on, current.due_since = True, timezone.now()
            attribution.attribute(by=by, action="START")
            current.save(update_fields=["is_on", "due_since"])
    return current


def look(scheduled: ScheduledExport, *, by: User) -> int:
    """State that somebody has looked at the files that failed or came out empty; returns how many. Raises NotPermitted."""
    if not may_stop(by, scheduled):
        _refuse_not_theirs()
    left = queries.troubled(ExportFile.objects.filter(scheduled=scheduled))
    return left.update(looked_at=timezone.now(), looked_by=by)


def may_edit(user: User, scheduled: ScheduledExport) -> bool:
    """Whether this person may change it: whose it is, for it runs with their rights."""
    return scheduled.owner_id == user.pk and policies.may_export(user)


def refuse_others(user: User, scheduled: ScheduledExport) -> None:
    """Raise NotPermitted for who may not change it."""
    if not may_edit(user, scheduled):
        _refuse_not_theirs()


def may_stop(user: User, scheduled: ScheduledExport) -> bool:
    """Whether this person may stop it and say that its failures are seen."""
    return may_edit(user, scheduled) or (policies.may_export(user) and user.has_perm(STOP))


def refuse_lost_right(owner: User, rights: Collection[str]) -> None:
    """Raise NotPermitted where the owner has left, or has not all of `rights` any more."""
    if owner.is_active and owner.has_perms(rights):
        return
    why = "no longer has the right to export these rows" if owner.is_active else "is switched off"
    raise NotPermitted(
        f"{name_of(owner)} {why}.",
        what_to_do="Whoever needs these files makes an export of theirs.",
    )


def start_due(*, at: datetime) -> dict[str, int]:
    """Claim every due moment that has no file, and have the files written; returns how many by subject.

    Several moments that were missed are one. However many look at once, a moment has one file. One
    that fails keeps no other from its turn: raises ExceptionGroup at the end.
    """
    found: dict[str, int] = dict.fromkeys(ScheduledExport.Subject.values, 0)

    def claim(scheduled: ScheduledExport) -> bool:
        current = ScheduledExport.objects.select_for_update().get(pk=scheduled.pk)
        claimed = _claim_if_due(current, at)
        found[scheduled.subject] += claimed is not None
        return claimed is not None

    try:
        chores.each(queries.due(at=at), claim)
    finally:
        drop_old()
    return found


def forecast(*, at: datetime) -> dict[str, int]:
    """Count the exports that are due, by subject."""
    found: dict[str, int] = dict.fromkeys(ScheduledExport.Subject.values, 0)
    for scheduled in queries.due(at=at):
        found[scheduled.subject] += 1
    return found


def drop_old(scheduled_id: int | None = None) -> int:
    """Delete the files beyond the number that stays, with their rows, of one export or of all; returns how many.

    So many files that were written stay, and so many runs that brought none.
    """
    return chores.each(queries.beyond(scheduled_id), _drop)


def _drop(file: ExportFile) -> int:
    # a row without its file is dropped the next time, a file without its row never
    if file.path:
        exports.path_of(file).unlink(missing_ok=True)
    deleted, _ = ExportFile.objects.filter(pk=file.pk).delete()
    return deleted


def _claim_if_due(scheduled: ScheduledExport, at: datetime) -> ExportFile | None:
    """Write down the file of the moment at which it was due, if it has none. Call with its row locked."""
    moment = queries.due_moment(scheduled, by=at)
    if moment is None:
        return None
    try:
        with transaction.atomic():
            file = ExportFile.objects.create(
                subject=scheduled.subject,
                format=scheduled.format,
                filter=scheduled.filter,
                columns=scheduled.columns,
                requester_id=scheduled.owner_id,
                scheduled=scheduled,
                due_at=moment,
            )
    except IntegrityError:
        log.info("due moment claimed by another", scheduled=scheduled.pk)
        return None
    transaction.on_commit(lambda: exports.send(file))
    return file


def _locked(scheduled: ScheduledExport, *, by: User) -> ScheduledExport:
    current = ScheduledExport.objects.select_for_update().get(pk=scheduled.pk)
    if not may_stop(by, current):
        _refuse_not_theirs()
    return current


def _refuse_not_theirs() -> NoReturn:
    raise NotPermitted(
        "This is not your scheduled export.",
        what_to_do="Ask its owner, or make one of your own.",
    )


def _set(made: ScheduledExport, values: dict[str, Any]) -> None:
    """Take the values over; rows come from a view or from a filter. Raises ScheduledExportRefused."""
    for name, value in values.items():
        setattr(made, name, value)
    made.name = " ".join(made.name.replace("\0", "\ufffd").split())
    if not values.keys().isdisjoint(("view", "filter")):
        view: SavedView | None = values.get("view")
        made.view = view
        made.view_name = view.name if view else ""
        made.filter = "" if view else values.get("filter", "")
    _refuse_unsound(made)


def _refuse_unsound(made: ScheduledExport) -> None:
    if not 0 < len(made.name) <= LONGEST_NAME:
        raise ScheduledExportRefused(
            f"A name has 1 to {LONGEST_NAME} characters.", what_to_do="Give it another name."
        )
    if said := unseen(made.name):
        raise ScheduledExportRefused(said, what_to_do="Give it another name.")
    if made.time_zone not in zones.known():
        raise ScheduledExportRefused(
            f"There is no time zone {made.time_zone[:60]}.",
            what_to_do="Name one as Europe/Berlin.",
        )
    if not 1 <= made.keep <= MOST_KEPT:
        raise ScheduledExportRefused(
            f"Between 1 and {MOST_KEPT} files stay.", what_to_do="Choose another number."
        )
    if len(made.filter) > kept.LONGEST:
        raise ScheduledExportRefused(
            f"This filter has {len(made.filter):,} characters; {kept.LONGEST:,} are kept.",
            what_to_do="Choose fewer values.",
            status=413,
        )
    try:
        made.clean_fields(exclude=["owner", "view"])
    except ValidationError as wrong:
        raise ScheduledExportRefused(
            f"This cannot be scheduled: {' '.join(wrong.messages)}",
            what_to_do="Correct it, and send it again.",
        ) from wrong


def _refuse_without_right(by: User) -> None:
    if not policies.may_export(by):
        raise NotPermitted(
            "You may not export.", what_to_do="Ask a person in the group of analysts."
        )


def _refuse_too_many(by: User) -> None:
    if ScheduledExport.objects.running().filter(owner=by).count() >= MOST_OWN:
        raise ScheduledExportRefused(
            f"You have {MOST_OWN} scheduled exports already.",
            what_to_do="Stop one that you no longer need.",
        )


registry.register(
    registry.Job(
        "scheduled_exports",
        "Scheduled exports",
        "Has the files written that somebody wants each day or week.",
        work=lambda at: start_due(at=at),
        forecast=lambda at: forecast(at=at),
    )
)
