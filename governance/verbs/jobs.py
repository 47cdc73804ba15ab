"""What the governance jobs do to errors, beside the verbs that people use."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.db.models import F, Func, IntegerField, Q, Value
from django.utils import timezone

from governance.models import ArchiveReason, ParkReason
from governance.verbs import registry
from governance.verbs.archives import Archive
from governance.verbs.base import NoteParameters
from governance.verbs.errors import Escalate, Park

# in the place of a password: an account of a job, a pipeline as which nobody signs in
JOB = "!pipeline job"
# where an error stands that nobody can try again: with the team of its hub
EXHAUSTED_LEVEL = 1


class ExpiryParameters(forms.Form):
    """Why it goes: the only reason there is."""

    reason = forms.ChoiceField(
        label="Reason",
        choices=[(ArchiveReason.TTL_EXPIRED, ArchiveReason.TTL_EXPIRED.label)],
        help_text="Kept for good in the audit trail.",
    )


class ExhaustionParameters(forms.Form):
    """Why it is set aside: the only reason there is."""

    reason = forms.ChoiceField(
        label="Reason",
        choices=[(ParkReason.MAX_RETRIES_EXCEEDED, ParkReason.MAX_RETRIES_EXCEEDED.label)],
        help_text="Kept for good in the audit trail.",
    )


class OfJob:
    """A verb that jobs alone plan; people with the right to its like may undo it."""

    offered = False
    in_rules = False
    at_once = False
    key = ""

    def is_open_to(self, user: AbstractBaseUser) -> bool:
        """Accounts of jobs alone."""
        return user.password == JOB


class ArchiveExpired(OfJob, Archive):
    """Move errors whose TTL has run out to the archive, wherever they stand."""

    name = "archive_expired"
    label = "Archive expired"
    action = "ARCHIVE"
    parameters: type[forms.Form] = ExpiryParameters  # type: ignore[assignment]


class ParkExhausted(OfJob, Park):
    """Set errors aside that have used up their tries: their hub's team is asked at once."""

    name = "park_exhausted"
    label = "Park exhausted"
    action = "PARK"
    parameters: type[forms.Form] = ExhaustionParameters  # type: ignore[assignment]
    refusals = Park.refusals | {Q(retry_exhausted=False): "its retries are not exhausted"}

    def changes(self, *, by: AbstractBaseUser, at: datetime, **parameters: Any) -> dict[str, Any]:
        """Set the parked facts, and the level that exhausted retries ask for."""
        level = {"escalation_level": EXHAUSTED_LEVEL, "escalated_at": at}
        return super().changes(by=by, at=at, **parameters) | level


class EscalateStale(OfJob, Escalate):
    """Raise parked errors to the level that the time since asks for, in one step."""

    name = "escalate_stale"
    label = "Escalate stale"
    action = "ESCALATE"
    parameters = NoteParameters
    refusals = Escalate.refusals

    def then(self, row: models.Model, parameters: Mapping[str, Any]) -> int:
        """Return the level that is due now."""
        return level_asked(row.parked_at, row.retry_exhausted, at=timezone.now())  # type: ignore[attr-defined]

    def changes(self, *, by: AbstractBaseUser, at: datetime, **parameters: Any) -> dict[str, Any]:
        """Give each row the level that is due."""
        due = Func(
            F("parked_at"),
            F("retry_exhausted"),
            Value(at),
            function="governance.level_asked",
            output_field=IntegerField(),
        )
        return {"escalation_level": due, "escalated_at": at}


def level_asked(parked_at: datetime, exhausted: bool, *, at: datetime) -> int:
    """Return the level that the time parked asks for, as `governance.level_asked` does. Source: spec "TTL, retry, escalation"."""
    age = at - parked_at
    levels = [(timedelta(days=7), 3), (timedelta(hours=48), 2), (timedelta(hours=24), 1)]
    return next((level for least, level in levels if age > least), int(exhausted))


registry.register(ArchiveExpired(), ParkExhausted(), EscalateStale())
