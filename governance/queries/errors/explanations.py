"""Why an error stands where it stands, in words from the policies that put it there."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone

from governance.models import Category, Disposition, ErrorCode, HubError, ParkReason
from governance.queries.errors.attempts import LOOKED_UP
from governance.queries.jobs import standing
from governance.verbs.base import Verb
from outreach_admin.ui import figures

KINDS = {
    Category.TRANSIENT: "transient: it usually passes by itself",
    Category.OPERATIONAL: "operational: somebody or something can repair it",
    Category.STRUCTURAL: "structural: trying again does not help",
}
SPACING = {
    Category.TRANSIENT: "tries are spaced by 2, 4, 8 … seconds",
    Category.OPERATIONAL: "tries are spaced by 5, 10, 15 … minutes",
    Category.STRUCTURAL: "a further try starts at once",
}
DAILY = "daily"
REVIEWERS = (
    "the system",
    "the hub team, within 24 h",
    "the hub lead, within 8 h",
    "the platform team, within 4 h",
)


def why(error: HubError, code: ErrorCode | None, *, people: Mapping[str, str]) -> list[str]:
    """Explain disposition, code and table, a sentence or two each; `people` are full names by account."""
    return [*_what(code, error), *_where(error, people), *_not_due(error), *_blocking(error)]


def is_queued(error: HubError) -> bool:
    """Whether an attempt waits: until it has had its time, the tries are not used up."""
    return error.disposition == Disposition.RETRY and had_its_time_at(error) is not None


def had_its_time_at(error: HubError) -> datetime | None:
    """Return until when its queued attempt waits, as `governance.attempt_waits` does; None where none does."""
    until = [error.next_retry_at] if error.next_retry_at else []
    until += [error.last_retry_at + LOOKED_UP] if error.last_retry_at else []
    last = max(until, default=None)
    return last if last is not None and last > timezone.now() else None


def tries_note(error: HubError) -> str:
    """Say what follows when the tries are used up."""
    if error.retry_exhausted and is_queued(error):
        return "the last one is queued"
    if error.retry_exhausted:
        return (
            "used up: a daily job parks it"
            if Disposition.PARKED in error.error_table.allowed_dispositions
            else "used up: a daily job archives it"
        )
    return SPACING[Category(error.category)]


def next_try(error: HubError) -> tuple[str, str]:
    """Say when the next try may start, as figure and note."""
    if error.disposition != Disposition.RETRY:
        return "None", f"it is {error.disposition}"
    if error.retry_exhausted and not is_queued(error):
        return "None", "all tries are used"
    if error.next_retry_at is None:
        return "Not planned", "a retry plans it"
    return f"{error.next_retry_at:%Y-%m-%d}", f"not before {error.next_retry_at:%H:%M} UTC"


def _what(code: ErrorCode | None, error: HubError) -> Iterator[str]:
    if code is None:
        yield "The code is not registered, so the error was filed as operational."
    else:
        yield f"{code.title}. {code.hint}"
    yield f"The category is {KINDS[Category(error.category)]}."


def _where(error: HubError, people: Mapping[str, str]) -> Iterator[str]:
    table = error.error_table
    if error.disposition == Disposition.PARKED:
        by = people.get(error.parked_by or "", error.parked_by)
        words = ParkReason.words(error.park_reason or "")
        why = f"{error.park_reason} ({words.lower()})" if words else error.park_reason
        yield f"It was set aside by {by} for {why}; {error.owner} looks after it. Level {error.escalation_level}: {REVIEWERS[error.escalation_level]}."
    elif error.disposition == Disposition.RETRY:
        used = figures.number(error.retry_count)
        yield f"It waits in RETRY with {used} of {error.max_retries} {'try' if error.max_retries == 1 else 'tries'} used."
        if until := had_its_time_at(error):
            yield f"No job parks it before {until:%Y-%m-%d %H:%M} UTC: an attempt is queued and has not had its time; {SPACING[Category(error.category)]}."
    elif error.disposition == Disposition.RESOLVED:
        yield f"It is resolved{f': {error.resolution_note}' if error.resolution_note else ''}."
    elif error.disposition == table.default_disposition:
        yield f"{error.disposition} is where {table.short_name} files its errors: nobody has to act."
    else:
        yield f"It is {error.disposition}: nobody has to act."


def _not_due(error: HubError) -> Iterator[str]:
    """Say why no job takes it although it could: its table, or a hold on what has expired."""
    table = error.error_table
    if table.name in standing.left_out(DAILY):
        yield f"No daily job takes it: the schedule leaves {table.short_name} out."
    elif table.holds_expired and error.is_blocking and error.expires_at <= timezone.now():
        yield f"Its TTL has run out, and it stays: {table.short_name} holds expired errors that block a company."


def _blocking(error: HubError) -> Iterator[str]:
    if error.blocks and error.outreach_id is None:
        yield "An error like this keeps its company from promotion, but this one belongs to no outreach id: it blocks nobody."
    elif error.is_blocking:
        yield "It keeps its company from promotion while it is RETRY or PARKED."
    elif error.blocks:
        yield f"It would block promotion as RETRY or PARKED; as {error.disposition} it does not."
    else:
        yield "It does not block promotion."


def refusals(rows: models.QuerySet[Any], verbs: Sequence[Verb]) -> dict[str, str | None]:
    """Say of one row why each verb would refuse it whatever its parameters; None where it would not. One query."""
    named = {f"no_{verb.name}": _refusal(verb) for verb in verbs}
    found = rows.order_by().annotate(**named).values(*named)[0]
    return {name.removeprefix("no_"): reason for name, reason in found.items()}


def _refusal(verb: Verb) -> models.Expression:
    whens = [
        models.When(condition, then=models.Value(reason))
        for condition, reason in verb.refusals.items()
    ]
    return models.Case(*whens, default=models.Value(None), output_field=models.TextField(null=True))
