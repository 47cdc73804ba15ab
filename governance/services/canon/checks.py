"""Reports of the canon's checks: kept as they come, set against the one before, deleted when they are old."""

import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from governance.exceptions import NotPermitted
from governance.models import CheckedRepository, CheckFinding, CheckReport
from governance.queries.canon import checks
from governance.services import chores
from outreach_admin.db.limits import PROSE

RIGHT = "governance.add_checkreport"
State = CheckFinding.State
# by the moment of the check; the last report of each repository stays
KEPT = timedelta(days=365)
# reports that are deleted in one turn of housekeeping, each in a transaction of its own
AT_ONCE = 20
# findings that one statement inserts
BATCH = 2_000
# notes, and places that were left out, that are kept word for word
LISTED = 200
LONGEST_NOTE = 500
COPIED = (
    "branch",
    "commit",
    "path",
    "checked_at",
    "status",
    "canon",
    "files",
    "lines",
    "seconds",
)
OF_FINDING = (
    "rule",
    "code",
    "name",
    "file",
    "cell",
    "line",
    "column",
    "state",
    "until",
)


class Stored(NamedTuple):
    """A report, and whether it is a new one."""

    report: CheckReport
    is_new: bool


def store(said: Mapping[str, Any], *, by: User) -> Stored:
    """Keep a report, once however often it is sent; `said` is one that was read and found sound.

    Raises NotPermitted.
    """
    if not (by.is_active and by.has_perm(RIGHT)):
        raise NotPermitted("Your account may not send reports of the canon's checks.")
    digest = digest_of(said)
    with transaction.atomic():
        repository = _held(said["repository"])
        known = CheckReport.objects.filter(digest=digest).first()
        if known:
            return Stored(known, is_new=False)
        report = _insert(said, repository, digest, by)
        _compare(report)
        later = checks.following(report)
        if later and not report.refusal:
            _compare(later)
        _follow(repository, report)
    return Stored(report, is_new=True)


def digest_of(said: Mapping[str, Any]) -> bytes:
    """Return the SHA-256 of what a report says, in whatever order it says it."""
    text = json.dumps(said, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).digest()


def _held(name: str) -> CheckedRepository:
    """Hold a repository until the end of the transaction: its reports come in one after the other."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO governance_checkedrepository (name) VALUES (%s) ON CONFLICT DO NOTHING",
            [name],
        )
    return CheckedRepository.objects.select_for_update().get(name=name)


def _insert(
    said: Mapping[str, Any],
    repository: CheckedRepository,
    digest: bytes,
    by: User,
) -> CheckReport:
    notes, left_out = said["notes"], said["left_out"]
    report = CheckReport.objects.create(
        **{name: said[name] for name in COPIED},
        **_counts(said["findings"], said["checked_at"].date()),
        repository=repository,
        refusal=_short(said["refusal"]),
        notes=[_short(note, LONGEST_NOTE) for note in notes[:LISTED]],
        notes_count=len(notes),
        left_out=[_left_out(one) for one in left_out[:LISTED]],
        left_out_count=len(left_out),
        digest=digest,
        by=by,
    )
    CheckFinding.objects.bulk_create(_findings(report, said["findings"]), batch_size=BATCH)
    return report


def _counts(findings: Sequence[Mapping[str, Any]], day: date) -> dict[str, int]:
    states = Counter(one["state"] for one in findings)
    soon = day + checks.SOON
    is_open = [one for one in findings if one["state"] == State.OPEN]
    return {
        "open": states[State.OPEN],
        "waived": states[State.WAIVED],
        "known": states[State.KNOWN],
        "unreadable": sum(one["rule"] == checks.UNREADABLE for one in is_open),
        "ending": sum(bool(one["until"]) and one["until"] <= soon for one in findings),
    }


def _findings(report: CheckReport, given: Sequence[Mapping[str, Any]]) -> list[CheckFinding]:
    """Make the rows of findings; those that are alike are counted in their order."""
    seen: Counter[tuple[uuid.UUID, str]] = Counter()
    rows = []
    for place, one in enumerate(given):
        identity = identity_of(one["rule"], one["file"], one["name"])
        seen[identity, one["state"]] += 1
        rows.append(
            CheckFinding(
                **{name: one[name] for name in OF_FINDING},
                report=report,
                place=place,
                said=_short(one["said"]),
                because=_short(one["because"]),
                identity=identity,
                ordinal=seen[identity, one["state"]],
            )
        )
    return rows


def identity_of(rule: str, file: str, name: str) -> uuid.UUID:
    """Return what a finding stays when code moves within its file: an index takes no path of any length."""
    text = json.dumps([rule, file, name])
    return uuid.UUID(bytes=hashlib.sha256(text.encode()).digest()[:16])


def _left_out(one: Mapping[str, str]) -> dict[str, str]:
    return {name: _short(one[name], LONGEST_NOTE) for name in ("path", "why")}


def _short(text: str, most: int = PROSE) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _compare(report: CheckReport) -> None:
    """Set a report against the one before it; one that could not look is set against none."""
    report.before = None if report.refusal else checks.preceding(report)
    for name, count in checks.changes(report).items():
        setattr(report, name, count)
    report.save(update_fields=["before", "opened", "closed", "newly_waived"])


def _follow(repository: CheckedRepository, report: CheckReport) -> None:
    last = repository.last
    if last is None or (last.checked_at, last.pk) < (report.checked_at, report.pk):
        repository.last = report
        repository.save(update_fields=["last"])


def expire() -> int:
    """Delete reports that are older than `KEPT`, with their findings; the last one of each repository stays. Returns how many."""
    return chores.each(list(expired()[:AT_ONCE]), delete)


def expired() -> QuerySet[CheckReport]:
    """Return the reports that are older than `KEPT`, the oldest first, without the last of each repository."""
    return checks.due(timezone.now() - KEPT)


def delete(report: CheckReport) -> bool:
    """Delete a report and its findings; what was set against it is set against none. Not the last of its repository."""
    held = CheckedRepository.objects.select_for_update().get(pk=report.repository_id)
    if held.last_id == report.pk:
        return False
    nothing = dict.fromkeys(("before", "opened", "closed", "newly_waived"))
    CheckReport.objects.filter(before=report.pk).update(**nothing)
    found = CheckFinding.objects.filter(report=report.pk)
    found._raw_delete(found.db)  # type: ignore[attr-defined]
    deleted, _ = CheckReport.objects.filter(pk=report.pk).delete()
    return bool(deleted)
