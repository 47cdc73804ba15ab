"""Every job there is, as data: what it does, in which order, and which never run at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from governance.models import ArchiveReason, ParkReason, TtlTier
from governance.queries.jobs import selections
from governance.services.canon import audit
from governance.verbs.registry import VERBS

Counts = Mapping[str, int]
GOVERNANCE = "governance"
DAILY, WEEKLY, BACKFILL = "daily", "weekly", "backfill"
AUTO_PARK = "auto_park_exhausted_retries"
CLEAN_UP = "cleanup_expired_archives"


@dataclass(frozen=True)
class Part:
    """A verb over the rows that the database selects for a moment: one operation.

    `moment` names the parameter that tells the verb that moment, where it asks for one. `became` says
    what its rows became, where the verb's own word would not tell it from other parts.
    """

    verb: str
    rows: selections.Selection
    parameters: Mapping[str, Any]
    moment: str = ""
    became: str = ""

    def asked(self, at: datetime) -> dict[str, Any]:
        """Return the parameters of the verb for a moment."""
        told = {self.moment: selections.in_milliseconds(at)} if self.moment else {}
        return {**self.parameters, **told}


@dataclass(frozen=True)
class Job:
    """Something that is due at times.

    It changes errors by its `parts`, or does `work` for a moment and returns its counts by what it
    counts; `forecast` says what `work` would count, and where there is none it cannot run dry.
    `within` names the job that runs it, in the order of registering. Jobs of one `family` never
    run at once; each is its own unless it says otherwise. `by_table` names what its schedule says
    by error table.
    """

    name: str
    label: str
    means: str
    parts: tuple[Part, ...] = ()
    work: Callable[[datetime], Counts] | None = None
    forecast: Callable[[datetime], Counts] | None = None
    within: str = ""
    family: str = field(default="")
    by_table: tuple[str, ...] = ()

    @property
    def lock(self) -> str:
        """What its lock is called."""
        return self.family or self.name


JOBS: dict[str, Job] = {}


def register(*jobs: Job) -> None:
    """Add jobs, once each. Raises ValueError when another one has the name."""
    for job in jobs:
        if JOBS.setdefault(job.name, job) != job:
            raise ValueError(f"There is a job “{job.name}” already.")


def steps_of(name: str) -> list[Job]:
    """Return what a job consists of, in order: itself, unless others run within it."""
    return [job for job in JOBS.values() if job.within == name] or [JOBS[name]]


def deletes(name: str) -> bool:
    """Say whether a job takes rows away for good, which nobody undoes."""
    parts = (part for job in steps_of(name) for part in job.parts)
    return any(VERBS[part.verb].removes for part in parts)


def label_of(name: str) -> str:
    """Say what people call a job; its name where it is no longer there."""
    return JOBS[name].label if name in JOBS else name


def became(job: str, verb: str, place: int) -> str:
    """Say what the rows of a job's part became, by its place among them; the verb's word where it has changed since."""
    parts = JOBS[job].parts if job in JOBS else ()
    part = parts[place] if place < len(parts) else None
    if part and part.verb == verb and part.became:
        return part.became
    return VERBS[verb].done if verb in VERBS else verb


def _audit(at: datetime) -> Counts:
    return audit.audit(at=at).found


def _foresee_audit(at: datetime) -> Counts:
    return audit.audit(at=at, dry_run=True).found


EXPIRE = Part("archive_expired", selections.expired, {"reason": ArchiveReason.TTL_EXPIRED.value})
PARK = Part(
    "park_exhausted", selections.exhausted, {"reason": ParkReason.MAX_RETRIES_EXCEEDED.value}
)
SUPERSEDE = Part(
    "archive",
    selections.superseded,
    {"reason": ArchiveReason.SUPERSEDED.value},
    became="superseded",
)
ESCALATE = Part("escalate_stale", selections.stale, {"note": "parked too long"})
PURGE = Part("purge", selections.past_retention, {}, moment="at", became="deleted")
# Source: seed "Enforcement Implementation Summary", 6
SHORT = Part(
    "set_ttl",
    selections.of_codes("RATE_LIMIT", "TIMEOUT", to=TtlTier.SHORT),
    {"ttl_tier": TtlTier.SHORT.value},
    became="given a short TTL",
)
MEDIUM = Part(
    "set_ttl",
    selections.of_codes("VALIDATION_ERROR", "MISSING_DATA", to=TtlTier.MEDIUM),
    {"ttl_tier": TtlTier.MEDIUM.value},
    became="given a medium TTL",
)
RESOLVE = Part("resolve", selections.resolved, {"note": "backfill: it was resolved already"})

register(
    Job(
        DAILY,
        "Daily governance",
        "Archives what has expired, parks what has used up its tries, escalates what is parked too long.",
        family=GOVERNANCE,
        by_table=("holds", "leaves_out"),
    ),
    Job(
        WEEKLY,
        "Weekly clean-up",
        "Deletes archived errors whose retention has run out.",
        family=GOVERNANCE,
        by_table=("leaves_out",),
    ),
    Job(
        "archive_expired_errors",
        "Archive expired",
        "Moves errors whose TTL has run out to the archive.",
        parts=(EXPIRE,),
        within=DAILY,
        family=GOVERNANCE,
    ),
    Job(
        AUTO_PARK,
        "Auto-park exhausted",
        "Parks errors that have used up their tries; where their table knows no parking, archives them as superseded.",
        parts=(PARK, SUPERSEDE),
        within=DAILY,
        family=GOVERNANCE,
    ),
    Job(
        "escalate_stale_parked_errors",
        "Escalate stale parked",
        "Raises parked errors to the level that the time since asks for.",
        parts=(ESCALATE,),
        within=DAILY,
        family=GOVERNANCE,
    ),
    Job(
        CLEAN_UP,
        "Clean up archives",
        "Deletes archived errors past their retention; what is on legal hold, or of tables that nobody agreed to, stays.",
        parts=(PURGE,),
        within=WEEKLY,
        family=GOVERNANCE,
    ),
    Job(
        BACKFILL,
        "Backfill",
        "Gives older errors what new ones are filed with.",
        parts=(RESOLVE, SHORT, MEDIUM, PARK, SUPERSEDE),
        family=GOVERNANCE,
    ),
    Job(
        "canon_audit",
        "Audit of calls",
        "Records as violations what calls of tools broke unseen.",
        work=_audit,
        forecast=_foresee_audit,
    ),
)
