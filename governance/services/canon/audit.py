"""The hourly look at the ledger: what broke a rule and could not be refused beforehand becomes a violation, once."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

import structlog
from django.db import connection, transaction
from django.utils import timezone

from governance.queries.canon import cases, suspects
from governance.queries.canon.cases import Overdue
from governance.queries.canon.suspects import Suspect
from governance.services import chores
from governance.services.canon import violations
from governance.services.canon.violations import Seen
from governance.toolbox import codes
from outreach_admin.ui import figures

log = structlog.get_logger(__name__)

# whoever audits: two at once would find the same calls
AUDIT = 5_318_019
AT_ONCE = 1_000
LONGEST_BATCH = "60s"
CODES = (codes.NO_GATE_PASS, codes.NO_AUDIT_TRAIL, codes.NO_STORED_RESULT)


class Audit(NamedTuple):
    """What an audit found: calls by code; `is_kept` where each of them is a violation now; open cases past their time."""

    at: datetime
    found: Mapping[str, int]
    is_kept: bool
    overdue: Overdue

    @property
    def total(self) -> int:
        return sum(self.found.values())


def audit(
    *,
    by: str = "system",
    channel: str = "schedule",
    at: datetime | None = None,
    dry_run: bool = False,
) -> Audit:
    """Record V-SCOPE-002, V-TYPE-002 and V-TYPE-003 of all calls in the ledger, as of `at` (now); a second audit adds none.

    In transactions of a thousand calls each, so that what is done stays done. A dry run counts alone.
    Cases past their time are counted, and stay as they are. Source: spec 'Tool canon'.
    """
    moment = at or timezone.now()
    if dry_run:
        return Audit(moment, _by_code(suspects.counted(moment)), False, cases.overdue(moment))
    found: Counter[str] = Counter()
    while batch := _batch(moment, by=by, channel=channel):
        found.update(one.code for one in batch)
        if len(batch) < AT_ONCE:
            break
    late = cases.overdue(moment)
    if late.open:
        log.info("violations past their time", open=late.open, holding=late.holding)
    return Audit(moment, _by_code(found), True, late)


def _by_code(found: Mapping[str, int]) -> dict[str, int]:
    return {code: found.get(code, 0) for code in CODES}


@transaction.atomic
def _batch(at: datetime, *, by: str, channel: str) -> list[Suspect]:
    """Record the first of those that are left."""
    chores.limit(longest=LONGEST_BATCH, lock_wait=LONGEST_BATCH)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [AUDIT])
    batch = suspects.first(at, most=AT_ONCE)
    violations.record_all([_seen(one) for one in batch], actor=by, channel=channel)
    return batch


def _seen(suspect: Suspect) -> Seen:
    return Seen(
        code=suspect.code,
        tool_id=suspect.tool_id,
        tool=suspect.tool,
        hub_id=suspect.hub_id,
        entity=suspect.entity,
        correlation_id=suspect.correlation_id,
        message=_words(suspect),
        at=suspect.at,
        call_id=suspect.call_id,
        context={"reserved_at": suspect.reserved_at.isoformat()},
    )


def _words(suspect: Suspect) -> str:
    if suspect.code == codes.NO_GATE_PASS:
        return f"{suspect.tool_id} was called without the guard's word: its gates were not asked."
    if suspect.code == codes.NO_STORED_RESULT:
        return f"What the {suspect.interaction} call found was not stored."
    took = suspect.took
    told = f"but after {figures.duration(took.total_seconds())}" if took else "and is still open"
    return f"The {suspect.interaction} call was not settled within 10 minutes, {told}."
