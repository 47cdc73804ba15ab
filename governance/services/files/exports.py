"""Files written in the background: asked for, claimed by a worker, finished or failed with the reason."""

import hashlib
import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path, PurePath
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from governance import policies
from governance.exceptions import NotPermitted
from governance.models import ExportFile
from governance.services import chores, workers
from governance.services.files import drafts
from outreach_admin.exceptions import ExportRefused, Refused
from outreach_admin.lists.files import copies, streams
from outreach_admin.ui.people import name_of

log = structlog.get_logger(__name__)

TASK = "governance.tasks.write_export"
MOST_ATTEMPTS = 3
MOST_WAITING = 3
SILENCE = timedelta(seconds=60)
UNHEARD = timedelta(seconds=30)
# a sign of life further in the future is none
AHEAD = timedelta(seconds=10)
KEPT = timedelta(days=7)
WAITS = "The workers cannot be reached now: it is written as soon as one is back."
LOST = f"The worker was lost {MOST_ATTEMPTS} times while it wrote this file. Nothing is missing from the data; narrow the filter and ask again."
GONE = "The file is no longer on the disk."
NOT_THERE = (FileNotFoundError, IsADirectoryError, NotADirectoryError)
# what files are called here; what plain SQL writes may be any path of this machine
NAME = re.compile(r"\d{1,19}-[\w.=-]{1,200}\.(csv|xlsx|json)", re.ASCII)
NOWHERE = "none"
State = ExportFile.State


def request(
    *,
    subject: str,
    filter: str,
    rows: int,
    by: User,
    columns: Sequence[str] = (),
    format: str = "xlsx",
) -> ExportFile:
    """Ask for a file of `rows` rows, written by a worker; `columns` in their order, all of them where none is named.

    Raises NotPermitted, ExportRefused above the rows a sheet can hold, and while three others of the same person wait.
    """
    if not policies.may_export(by):
        raise NotPermitted(
            "You may not export.", what_to_do="Ask a person in the group of analysts."
        )
    if format == "xlsx":
        drafts.refuse_too_many(rows)
    with transaction.atomic():
        _refuse_crowding(by)
        file = ExportFile.objects.create(
            subject=subject,
            format=format,
            filter=filter,
            columns=",".join(columns),
            requester=by,
        )
        transaction.on_commit(lambda: send(file))
    return file


def _refuse_crowding(by: User) -> None:
    """Keep the workers free for operations: a file takes one of them up to minutes."""
    User.objects.select_for_update().get(pk=by.pk)
    waiting = (
        ExportFile.objects.asked_by(by).filter(state__in=[State.QUEUED, State.RUNNING]).count()
    )
    if waiting >= MOST_WAITING:
        raise ExportRefused(
            f"{waiting} files that you asked for are not written yet.",
            what_to_do="Ask again when one of them is ready.",
            status=409,
        )


def write(export_id: int, *, rows_of: Callable[[ExportFile], copies.Rows]) -> None:
    """Claim the file and write it; a second call for the same file does nothing. What stops it is kept on it.

    It is held while who asked for it may not export, and goes on when they may again; one that came by a schedule fails.

    One file is written at a time, so that the other workers are free for operations; the next one is sent afterwards.
    """
    file = chores.alone(_claim, export_id)
    if file is None:
        return
    try:
        _make(file, rows_of(file))
    except Held as refusal:
        _hold(file, refusal.sentence)
    except Refused as refusal:
        _fail(file, f"{refusal.sentence} {refusal.what_to_do}".strip())
    except (OSError, DatabaseError) as fault:
        log.exception("export failed", export_id=export_id)
        _fail(
            file,
            f"It could not be written: {type(fault).__name__}. Ask again; if it repeats, tell the platform team.",
        )
    following = ExportFile.objects.filter(state=State.QUEUED).order_by("pk").first()
    if following is not None:
        send(following)


def take_up(*, silent_for: timedelta = SILENCE) -> int:
    """Give files of lost workers and of a broker that was away another start; returns how many. Called every minute."""
    now = timezone.now()
    living = Q(heartbeat_at__range=(now - silent_for, now + AHEAD))
    lost = ExportFile.objects.filter(~living, state=State.RUNNING)
    chores.each(lost, _give_up_or_queue)
    chores.each(ExportFile.objects.filter(state=State.HELD), _let_go_on)
    waiting = ExportFile.objects.filter(state=State.QUEUED, created_at__lt=now - UNHEARD)
    refused: list[ExportFile] = []

    def hand_over(file: ExportFile) -> bool:
        # a broker that takes none keeps each call waiting for seconds: one is enough
        if not refused and not send(file):
            refused.append(file)
        return not refused

    return chores.each(waiting.order_by("pk"), hand_over)


def _give_up_or_queue(lost: ExportFile) -> int:
    now = timezone.now()
    mine = _mine(lost)
    if lost.attempts >= MOST_ATTEMPTS:
        drafts.sweep(lost)
        return mine.update(state=State.FAILED, note=LOST, finished_at=now)
    return mine.update(state=State.QUEUED, heartbeat_at=now - UNHEARD)


def _let_go_on(held: ExportFile) -> int:
    """Queue a held file again, once who asked for it may export."""
    if not policies.may_export(held.requester):
        return 0
    return ExportFile.objects.filter(pk=held.pk, state=State.HELD).update(state=State.QUEUED)


def expire(*, kept: timedelta = KEPT) -> int:
    """Delete files older than `kept`; what was exported, by whom and when, stays listed. Returns how many."""
    return chores.each(expired(kept=kept), lambda file: _delete(file, kept=kept))


def expired(*, kept: timedelta = KEPT) -> QuerySet[ExportFile]:
    """Return the files that are older than `kept`.

    A scheduled export that goes on keeps its files: they go when others are written.
    """
    old = ExportFile.objects.filter(state=State.READY, finished_at__lt=timezone.now() - kept)
    return old.exclude(scheduled__is_on=True)


def _delete(file: ExportFile, *, kept: timedelta) -> int:
    path_of(file).unlink(missing_ok=True)
    return ExportFile.objects.filter(pk=file.pk).update(
        state=State.EXPIRED, note=f"Deleted after {kept.days} days: ask for it again."
    )


def path_of(file: ExportFile) -> Path:
    """Return where the file lies: among the others, by its name; nowhere, when files are not called so."""
    name = PurePath(file.path).name
    return drafts.folder() / (name if NAME.fullmatch(name) else NOWHERE)


def is_gone(file: ExportFile) -> bool:
    """Say whether a file that was written is no longer on the disk."""
    return file.state == State.READY and not path_of(file).is_file()


def send(file: ExportFile) -> bool:
    """Hand a file to the workers; what no broker takes now is taken up later."""
    sent = workers.send(TASK, file.pk)
    ExportFile.objects.filter(pk=file.pk, state=State.QUEUED).update(note="" if sent else WAITS)
    return sent


def _claim(export_id: int) -> ExportFile | None:
    now = timezone.now()
    if ExportFile.objects.filter(
        state=State.RUNNING, heartbeat_at__range=(now - SILENCE, now + AHEAD)
    ).exists():
        return None
    mine = ExportFile.objects.filter(pk=export_id, state=State.QUEUED)
    if not mine.update(
        state=State.RUNNING,
        attempts=F("attempts") + 1,
        heartbeat_at=now,
        written=0,
        note="",
    ):
        return None
    return ExportFile.objects.get(pk=export_id)


def _make(file: ExportFile, rows: copies.Rows) -> None:
    folder = drafts.folder()
    folder.mkdir(parents=True, exist_ok=True)
    drafts.sweep(file)
    write = drafts.workbook if file.format == "xlsx" else partial(drafts.plain, file.format)
    with drafts.draft(folder / f"{file.pk}.{file.attempts}.{file.format}.part") as draft:
        stream, note = write(
            rows,
            streams.Label(file.subject, file.filter, rows.moments),
            draft,
            beat=partial(_beat, file),
        )
        _finish(file, draft, f"{drafts.FOLDER}/{file.pk}-{stream.filename}", note)


class Held(Refused):
    """Who asked for this file may not export, at least not now."""


def _hold_unless_allowed(file: ExportFile) -> None:
    by = User.objects.get(pk=file.requester_id)
    if not policies.may_export(by):
        why = "no longer has the right to export" if by.is_active else "is switched off"
        raise Held(f"{name_of(by)} {why}.")


class Superseded(Refused):
    """Another worker has taken this file over."""


def _beat(file: ExportFile, **told: Any) -> None:
    """Say that the work goes on, and how far it is; without news at most once a second."""
    now = timezone.now()
    if not told and file.heartbeat_at and now - file.heartbeat_at < timedelta(seconds=1):
        return
    file.heartbeat_at = now
    if not _mine(file).update(heartbeat_at=now, **told):
        raise Superseded("Another worker has taken this file over.")
    _hold_unless_allowed(file)


def _finish(file: ExportFile, draft: Path, path: str, note: str) -> None:
    size = draft.stat().st_size
    with draft.open("rb") as written:
        digest = hashlib.file_digest(written, "sha256").hexdigest()
    draft.replace(Path(settings.MEDIA_ROOT) / path)
    done = {
        "state": State.READY,
        "path": path,
        "size": size,
        "digest": digest,
        "note": note,
        "finished_at": timezone.now(),
        "written": F("rows"),
    }
    if not _mine(file).update(**done):
        raise Superseded("Another worker has taken this file over.")


def _hold(file: ExportFile, why: str) -> None:
    if file.scheduled_id is None:
        _mine(file).update(state=State.HELD, note=f"Held: {why}")
    else:
        _fail(file, why)


def note_filter(file: ExportFile, text: str) -> None:
    """Keep which filter a file is written under, where that is known only now."""
    file.filter = text
    _mine(file).update(filter=text)


def _fail(file: ExportFile, note: str) -> None:
    _mine(file).update(state=State.FAILED, note=note, finished_at=timezone.now())


def _mine(file: ExportFile) -> QuerySet[ExportFile]:
    return ExportFile.objects.filter(pk=file.pk, state=State.RUNNING, attempts=file.attempts)
