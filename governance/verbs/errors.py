"""What can be done to live errors: each verb beside what it asks."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now

from governance.models import (
    Disposition,
    ErrorCode,
    ErrorTable,
    ParkReason,
    TtlTier,
)
from governance.verbs import registry
from governance.verbs.base import (
    ARCHIVED_IN_PLACE,
    PARKED_FACTS,
    RESOLVED_FACTS,
    NoteParameters,
    Verb,
    backoff_seconds,
)

PLATFORM_TEAM = "Platform team"


def owner_choices() -> list[tuple[str, str]]:
    """Return the teams that can look after an error."""
    teams = set(ErrorTable.objects.values_list("owner", flat=True)) | {PLATFORM_TEAM}
    return [(team, team) for team in sorted(teams)]


class ParkParameters(forms.Form):
    """Why the rows are set aside, who looks after them, and for how long."""

    reason = forms.ChoiceField(
        label="Reason",
        choices=[
            ("", "Choose why"),
            *((reason.value, f"{reason.label} ({reason.value})") for reason in ParkReason),
        ],
        help_text="Kept for good in the audit trail.",
    )
    owner = forms.ChoiceField(
        label="Owner", required=False, help_text="Who looks after it while it is parked."
    )
    ttl_tier = forms.ChoiceField(
        label="Time to live",
        required=False,
        choices=[("", "As it is"), *TtlTier.choices],
        help_text="Counted from its creation.",
    )

    nobody = "The team of its hub"
    teams = staticmethod(owner_choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", self.nobody), *self.teams()]
        self.fields["owner"].choices = choices  # type: ignore[attr-defined]


class RetryParameters(forms.Form):
    """A further attempt; a resolved row is reopened only for a reason."""

    note = forms.CharField(
        label="Reason",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Needed to reopen what is resolved.",
    )


class AssignParameters(forms.Form):
    """Who looks after the rows from now on."""

    owner = forms.ChoiceField(label="Owner", help_text="The team that looks after it.")
    teams = staticmethod(owner_choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = self.teams()  # type: ignore[attr-defined]


class TtlParameters(forms.Form):
    """How long the rows live, from their creation."""

    ttl_tier = forms.ChoiceField(
        label="Time to live",
        choices=TtlTier.choices,
        help_text="Counted from its creation: a shorter tier can expire at once.",
    )


class Park(Verb):
    """Set an error aside for a person to look at; it keeps blocking promotion."""

    name = "park"
    icon = "pause"
    key = "p"
    rank = 10
    in_rules = True
    at_once = True
    permission = "governance.park_huberror"
    needs = Disposition.PARKED
    done = "parked"
    becomes = "PARKED"
    parameters = ParkParameters
    touches = ("disposition", "owner", "ttl_tier", *PARKED_FACTS)
    refusals = {
        Q(disposition=Disposition.PARKED): "already parked",
        Q(disposition=Disposition.RESOLVED): "resolved: reopen it first",
        Q(disposition=Disposition.ARCHIVED): ARCHIVED_IN_PLACE,
    }

    def suggested(self, rows: models.QuerySet[Any]) -> dict[str, Any]:
        """Return the usual reason of their codes, where all have the same."""
        first = rows.order_by().values("code")[:1]
        reason = ErrorCode.objects.filter(code__in=first).values_list("park_reason", flat=True)
        if not (usual := reason.first()):
            return {}
        alike = ErrorCode.objects.filter(park_reason=usual).values("code")
        return {} if rows.exclude(code__in=alike).exists() else {"reason": usual}

    def changes(self, *, by: AbstractBaseUser, at: datetime, **parameters: Any) -> dict[str, Any]:
        """Set the parked facts; owner and TTL stay the row's own when not chosen."""
        found: dict[str, Any] = {
            "disposition": Disposition.PARKED,
            "parked_at": at,
            "parked_by": by.get_username(),
            "park_reason": parameters["reason"],
        }
        return found | {
            name: parameters[name] for name in ("owner", "ttl_tier") if parameters.get(name)
        }


class Unpark(Verb):
    """Put a parked error back into the retry queue."""

    name = "unpark"
    icon = "play"
    rank = 60
    permission = "governance.unpark_huberror"
    needs = Disposition.RETRY
    done = "back in retry"
    becomes = "RETRY"
    touches = ("disposition", *PARKED_FACTS)
    refusals = {
        ~Q(disposition=Disposition.PARKED): "not parked",
    }

    def changes(self, *, by: AbstractBaseUser, at: datetime, **parameters: Any) -> dict[str, Any]:
        """Leave PARKED; the database clears the parked facts and the escalation."""
        return {"disposition": Disposition.RETRY}


class Retry(Verb):
    """Ask for a further attempt: raise the count and schedule it by the code's category."""

    name = "retry"
    icon = "retry"
    key = "r"
    rank = 20
    in_rules = True
    permission = "governance.retry_huberror"
    needs = Disposition.RETRY
    done = "queued for a further attempt"
    repeats = True
    becomes = "RETRY"
    parameters = RetryParameters
    touches = ("disposition", "retry_count", "last_retry_at", "next_retry_at", *RESOLVED_FACTS)
    refusals = {
        Q(disposition=Disposition.PARKED): "parked: unpark it first",
        Q(retry_exhausted=True): "retries exhausted",
        # asked for again and again, attempts would be used up without one look-up
        Q(disposition=Disposition.RETRY, next_retry_at__gt=Now()): "an attempt is queued already",
    }

    def refusals_for(self, parameters: Mapping[str, Any]) -> Mapping[Q, str]:
        """Reopening a resolved row needs a reason."""
        return (
            {}
            if parameters.get("note")
            else {Q(disposition=Disposition.RESOLVED): "resolved: a reason is needed to reopen it"}
        )

    def changes(self, *, by: AbstractBaseUser, at: datetime, **parameters: Any) -> dict[str, Any]:
        """Count the attempt and say when the next look-up may start."""
        wait = models.ExpressionWrapper(
            backoff_seconds() * RawSQL("interval '1 second'", ()),
            output_field=models.DurationField(),
        )
        return {
            "disposition": Disposition.RETRY,
            "retry_count": F("retry_count") + 1,
            "last_retry_at": at,
            "next_retry_at": models.ExpressionWrapper(
                Value(at, output_field=models.DateTimeField()) + wait,
                output_field=models.DateTimeField(),
            ),
        }


class Resolve(Verb):
    """Say that an error is fixed; it no longer blocks."""

    name = "resolve"
    icon = "check"
    key = "e"
    rank = 30
    in_rules = True
    at_once = True
    permission = "governance.resolve_huberror"
    needs = Disposition.RESOLVED
    done = "resolved"
    becomes = "RESOLVED"
    parameters = NoteParameters
    touches = ("disposition", *PARKED_FACTS, *RESOLVED_FACTS)
    clears = True
    refusals = {
        Q(disposition=Disposition.RESOLVED): "already resolved",
        Q(disposition=Disposition.ARCHIVED): ARCHIVED_IN_PLACE,
    }

    def changes(self, *, by: AbstractBaseUser, at: datetime, **parameters: Any) -> dict[str, Any]:
        """Set the resolved facts."""
        return {
            "disposition": Disposition.RESOLVED,
            "resolved_at": at,
            "resolution_note": parameters["note"],
        }


class Ignore(Verb):
    """Keep an error as a log entry only; it no longer blocks."""

    name = "ignore"
    icon = "minus"
    rank = 90
    in_rules = True
    permission = "governance.ignore_huberror"
    needs = Disposition.IGNORE
    done = "ignored"
    becomes = "IGNORE"
    parameters = NoteParameters
    touches = ("disposition", *PARKED_FACTS)
    clears = True
    refusals = {
        Q(disposition=Disposition.IGNORE): "already ignored",
        Q(disposition=Disposition.PARKED): "parked: unpark it first",
        Q(disposition=Disposition.RESOLVED): "resolved: reopen it first",
        Q(disposition=Disposition.ARCHIVED): ARCHIVED_IN_PLACE,
    }

    def changes(self, *, by: AbstractBaseUser, at: datetime, **parameters: Any) -> dict[str, Any]:
        """Leave the queue."""
        return {"disposition": Disposition.IGNORE}


class Escalate(Verb):
    """Raise a parked error by one level: hub team, hub lead, platform team."""

    name = "escalate"
    icon = "up"
    rank = 70
    permission = "governance.escalate_huberror"
    done = "escalated"
    repeats = True
    shows = "escalation_level"
    parameters = NoteParameters
    touches = ("escalation_level", "escalated_at")
    refusals = {
        ~Q(disposition=Disposition.PARKED): "not parked",
        Q(escalation_level__gte=3): "already at the highest level",
    }

    def then(self, row: models.Model, parameters: Mapping[str, Any]) -> int:
        """Return the next level."""
        return int(row.escalation_level + 1)  # type: ignore[attr-defined]

    def changes(self, *, by: AbstractBaseUser, at: datetime, **parameters: Any) -> dict[str, Any]:
        """Raise the level by one."""
        return {"escalation_level": F("escalation_level") + 1, "escalated_at": at}


class Assign(Verb):
    """Give errors to a team."""

    name = "assign"
    icon = "person"
    rank = 50
    in_rules = True
    permission = "governance.assign_huberror"
    done = "assigned"
    shows = "owner"
    parameters = AssignParameters
    touches = ("owner",)

    def refusals_for(self, parameters: Mapping[str, Any]) -> Mapping[Q, str]:
        """Leave a row alone that has this owner already."""
        return {Q(owner=parameters["owner"]): "already theirs"}

    def changes(self, *, by: AbstractBaseUser, at: datetime, **parameters: Any) -> dict[str, Any]:
        """Change the owner."""
        return {"owner": parameters["owner"]}


class SetTtl(Verb):
    """Change how long errors live, counted from their creation."""

    name = "set_ttl"
    label = "Change TTL"
    icon = "clock"
    rank = 80
    in_rules = True
    permission = "governance.set_ttl_huberror"
    done = "given a new TTL"
    shows = "ttl_tier"
    parameters = TtlParameters
    touches = ("ttl_tier",)

    def refusals_for(self, parameters: Mapping[str, Any]) -> Mapping[Q, str]:
        """Leave a row alone that has this tier already."""
        return {Q(ttl_tier=parameters["ttl_tier"]): "has this TTL already"}

    def changes(self, *, by: AbstractBaseUser, at: datetime, **parameters: Any) -> dict[str, Any]:
        """Change the tier; the database moves the expiry."""
        return {"ttl_tier": parameters["ttl_tier"]}


registry.register(Park(), Unpark(), Retry(), Resolve(), Ignore(), Escalate(), Assign(), SetTtl())
