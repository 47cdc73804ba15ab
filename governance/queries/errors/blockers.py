"""What keeps a company from promotion, and what would open when an error is gone."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Min

from governance.models import HubError, Readiness, ViolationCase
from governance.models.hubs import ANCHOR, DOL, PEOPLE
from outreach_admin.ui import figures, texts

MOST_SHOWN = 50
# of a company with thousands of them, so many are looked at
MOST_READ = 500
EVERY_HUB, OUTREACH = "every hub", "Outreach"
GATED = ("DOL", "People", "Blog", "BIT")
SEVERITIES = ["CRITICAL", "HIGH", "MEDIUM"]
# governance.promotion_blockers is the rule; what it names is put in words here
NAMED = """
    SELECT b.blocker_type, b.blocker_reason, b.blocker_severity, b.blocks_hub = 'ALL', b.hub,
        b.error_id, b.violation_id, coalesce(e.disposition, v.disposition), e.retry_count,
        e.max_retries, v.tool, c.hint
    FROM (SELECT * FROM governance.promotion_blockers(%s) LIMIT %s) b
    LEFT JOIN governance_huberror e ON e.id = b.error_id
    LEFT JOIN governance_violationcase v ON v.id = b.violation_id
    LEFT JOIN governance_errorcode c ON c.code = b.blocker_reason AND b.error_id IS NOT NULL
    ORDER BY array_position(%s, b.blocker_severity), b.blocks_hub, coalesce(e.created_at, v.at), b.hub,
        b.error_id, b.violation_id"""
COUNTED_ANEW = "Being counted anew: ask again in a minute"
UNREGISTERED = "Register its code, with a hint what to do."
VIOLATED = "Resolve the violation, or archive it."
# what to do about a company target, by its status; None where there is none
TARGET_TO_DO = {
    None: "Create its company target.",
    "pending": "Wait for the company target pipeline.",
    "failed": "Reset it to pending once no error is in its way.",
    "blocked": "Find out who blocked it, and why.",
    "ready": "Fill in method, confidence and time of completion.",
}


@dataclass(frozen=True)
class Blocker:
    """One thing in the way: `kind` DONE_STATE or BLOCKING_ERROR. Source: spec 'DONE, tiers, promotion'.

    `hub` says in words what it blocks, `of_hub` is the id of the hub whose fact it is. An open violation of
    the tool canon blocks as an error does: it has `violation_id` where an error has `error_id`.
    """

    kind: str
    words: str
    severity: str
    hub: str
    note: str = ""
    error_id: UUID | None = None
    to_do: str = ""
    of_hub: str = ""
    violation_id: int | None = None

    @property
    def is_held(self) -> bool:
        """Whether an error or a violation stands in the way, and not what is missing."""
        return self.error_id is not None or self.violation_id is not None


def of(outreach_id: UUID, readiness: Readiness | None) -> list[Blocker]:
    """List what keeps an id from promotion, the worst first. One query, at most 500 errors looked at and 50 given."""
    return shown(read(outreach_id, readiness))


def read(outreach_id: UUID, readiness: Readiness | None) -> list[Blocker]:
    """List the same with up to 500 errors: enough to name one for each hub. One query."""
    with connection.cursor() as cursor:
        cursor.execute(NAMED, [outreach_id, MOST_READ, SEVERITIES])
        rows = cursor.fetchall()
    codes = {hub: reason for _, reason, _, _, hub, error, *_ in reversed(rows) if error}
    return [_blocker(row, readiness, codes) for row in rows]


def shown(found: Iterable[Blocker]) -> list[Blocker]:
    """Leave out the errors beyond the first 50."""
    kept: Counter[str] = Counter()
    listed = []
    for blocker in found:
        kept[blocker.kind] += 1
        if kept[blocker.kind] <= MOST_SHOWN:
            listed.append(blocker)
    return listed


def oldest(ids: Collection[UUID]) -> dict[UUID, datetime]:
    """Tell since when each of these companies has had an error or a violation that blocks it; those without are left out. One query."""
    errors = HubError.objects.blocking().filter(outreach__in=ids).order_by()
    cases = ViolationCase.objects.blocking().filter(outreach__in=ids).order_by()
    found = errors.values_list("outreach").annotate(since=Min("created_at"))
    both = found.union(cases.values_list("outreach").annotate(since=Min("at")), all=True)
    # the earliest of a company comes last, and stays
    return dict(both.order_by("-since"))


def readiness_of(error: HubError) -> Readiness | None:
    """Read how ready the error's company is, and what this error alone keeps shut. One query."""
    if error.outreach_id is None:
        return None
    rows = Readiness.objects.without_error_of(error.error_table.hub_id)
    return rows.filter(pk=error.outreach_id).first()


def gates_alone(error: HubError, readiness: Readiness | None) -> list[str]:
    """Name the gates that open when this error alone no longer blocks; `readiness` as readiness_of() gives it."""
    if readiness is None or not error.is_blocking:
        return []
    hubs = GATED if readiness.opens_hubs else ()
    return [*hubs, *([OUTREACH] if readiness.opens_promotion else ())]


def _blocker(
    row: tuple[Any, ...],
    readiness: Readiness | None,
    codes: dict[str, str],
) -> Blocker:
    kind, reason, severity, blocks_all, hub, error, violation, *said = row
    note = to_do = ""
    if error or violation:
        note, to_do = _told(said, is_violation=violation is not None)
    elif readiness is not None and reason != COUNTED_ANEW:
        note, to_do = _state(readiness, hub), _to_do(readiness, hub, codes)
    return Blocker(
        kind,
        reason,
        severity,
        EVERY_HUB if blocks_all else OUTREACH,
        note,
        error,
        to_do,
        hub,
        violation,
    )


def _told(said: list[Any], *, is_violation: bool) -> tuple[str, str]:
    """Say how an error or a violation stands, and what to do about it."""
    disposition, used, most, tool, hint = said
    if is_violation:
        return f"{disposition}, tool {texts.word(tool or 'unknown')}", VIOLATED
    return f"{disposition}, {used} of {most} tries used", hint or UNREGISTERED


def _state(readiness: Readiness, hub: str) -> str:
    """Say what is there instead of what should be."""
    if hub == ANCHOR:
        return f"status {readiness.ct_status}" if readiness.ct_status else "no record"
    if hub == PEOPLE:
        return f"{readiness.filled_slots} of {readiness.required_slots} slots filled"
    return "no filing with an EIN"


def _to_do(
    readiness: Readiness,
    hub: str,
    codes: dict[str, str],
) -> str:
    if hub in (ANCHOR, DOL) and hub in codes:
        return f"Follows from {codes[hub]}."
    if hub == ANCHOR:
        return TARGET_TO_DO[readiness.ct_status]
    if hub == PEOPLE:
        lacking = readiness.required_slots - readiness.filled_slots
        return f"Fill {figures.counted(lacking, 'more slot')}."
    return "Load a filing that has an EIN."
