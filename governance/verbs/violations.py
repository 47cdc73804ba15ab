"""What can be done to violations of the tool canon: each verb beside what it asks."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import F, Q

from governance.models import Disposition, Hub
from governance.verbs import registry
from governance.verbs.base import NoteParameters, Verb
from governance.verbs.errors import (
    PLATFORM_TEAM,
    Assign,
    AssignParameters,
    Park,
    ParkParameters,
    Resolve,
)

PARKED_FACTS = ("parked_at", "parked_by", "park_reason")
RESOLVED_FACTS = ("resolved_at", "resolution_note")
RETRY_FIRST = "archived: queue a further call first"
REOPEN_FIRST = "resolved: reopen it first"


def owner_choices() -> list[tuple[str, str]]:
    """Return the teams that can look after a violation: those of the hubs, and the platform's."""
    teams = set(Hub.objects.values_list("team", flat=True)) | {PLATFORM_TEAM}
    return [(team, team) for team in sorted(filter(None, teams))]


class ParkViolationParameters(ParkParameters):
    """Why violations are set aside, who looks after them, and for how long."""

    nobody = "Who has it now"
    teams = staticmethod(owner_choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ttl_tier"].help_text = "Counted from when it was seen."


class AssignViolationParameters(AssignParameters):
    """Who looks after the violations from now on."""

    teams = staticmethod(owner_choices)


class ViolationVerb(Verb):
    """What the verbs of violations share: the right has the verb's own name."""

    subject = "violation"
    becomes: str = ""

    def changes(self, *, by: AbstractBaseUser, at: datetime, **parameters: Any) -> dict[str, Any]:
        """Go where the verb leads; the database clears the facts of where it was."""
        return {"disposition": self.becomes}


class ParkViolation(ViolationVerb):
    """Set a violation aside for a person to look at; it keeps blocking promotion."""

    name = "park_violation"
    label = "Park"
    action = "PARK"
    icon = "pause"
    key = "p"
    rank = 20
    permission = "governance.park_violationcase"
    done = "parked"
    becomes = "PARKED"
    parameters = ParkViolationParameters
    touches = ("disposition", "owner", "ttl_tier", *PARKED_FACTS)
    refusals = {
        Q(disposition=Disposition.PARKED): "already parked",
        Q(disposition=Disposition.RESOLVED): REOPEN_FIRST,
        Q(disposition=Disposition.ARCHIVED): RETRY_FIRST,
    }

    changes = Park.changes


class RetryViolation(ViolationVerb):
    """Let the call be tried again once what it lacked is there; until it is resolved it keeps blocking promotion."""

    name = "retry_violation"
    label = "Retry"
    action = "RETRY"
    icon = "retry"
    key = "r"
    rank = 30
    permission = "governance.retry_violationcase"
    done = "queued for a further call"
    becomes = "RETRY"
    touches = ("disposition", "retry_count", *PARKED_FACTS)
    refusals = {
        Q(disposition=Disposition.RETRY): "a further call is queued already",
        Q(disposition=Disposition.RESOLVED): REOPEN_FIRST,
        Q(retry_count__gte=1_000): "queued a thousand times already",
    }

    def changes(self, *, by: AbstractBaseUser, at: datetime, **parameters: Any) -> dict[str, Any]:
        """Count it."""
        return {"disposition": Disposition.RETRY, "retry_count": F("retry_count") + 1}


class ResolveViolation(ViolationVerb):
    """Say that what led to a violation is mended; it no longer blocks."""

    name = "resolve_violation"
    label = "Resolve"
    action = "RESOLVE"
    icon = "check"
    key = "e"
    rank = 10
    permission = "governance.resolve_violationcase"
    done = "resolved"
    becomes = "RESOLVED"
    clears = True
    parameters = NoteParameters
    touches = ("disposition", *PARKED_FACTS, *RESOLVED_FACTS)
    refusals = {
        Q(disposition=Disposition.RESOLVED): "already resolved",
        Q(disposition=Disposition.ARCHIVED): RETRY_FIRST,
    }

    changes = Resolve.changes


class ReopenViolation(ViolationVerb):
    """Take a resolved violation up again: it blocks promotion again."""

    name = "reopen_violation"
    label = "Reopen"
    action = "REOPEN"
    icon = "undo"
    rank = 60
    permission = "governance.reopen_violationcase"
    done = "open again"
    becomes = "RETRY"
    parameters = NoteParameters
    touches = ("disposition", *RESOLVED_FACTS)
    refusals = {~Q(disposition=Disposition.RESOLVED): "not resolved"}


class ArchiveViolation(ViolationVerb):
    """Put a violation away; it stays in the list, and no longer blocks."""

    name = "archive_violation"
    label = "Archive"
    action = "ARCHIVE"
    icon = "archive"
    rank = 40
    permission = "governance.archive_violationcase"
    done = "archived"
    becomes = "ARCHIVED"
    clears = True
    parameters = NoteParameters
    touches = ("disposition", *PARKED_FACTS, *RESOLVED_FACTS)
    refusals = {Q(disposition=Disposition.ARCHIVED): "already archived"}


class IgnoreViolation(ViolationVerb):
    """Keep a violation as a log entry only; it no longer blocks."""

    name = "ignore_violation"
    label = "Ignore"
    action = "IGNORE"
    icon = "minus"
    rank = 70
    permission = "governance.ignore_violationcase"
    done = "ignored"
    becomes = "IGNORE"
    clears = True
    parameters = NoteParameters
    touches = ("disposition",)
    refusals = {
        Q(disposition=Disposition.IGNORE): "already ignored",
        Q(disposition=Disposition.PARKED): "parked: retry it first",
        Q(disposition=Disposition.RESOLVED): REOPEN_FIRST,
        Q(disposition=Disposition.ARCHIVED): RETRY_FIRST,
    }


class AssignViolation(ViolationVerb):
    """Give violations to a team."""

    name = "assign_violation"
    label = "Assign"
    action = "ASSIGN"
    icon = "person"
    rank = 50
    permission = "governance.assign_violationcase"
    done = "assigned"
    shows = "owner"
    parameters = AssignViolationParameters
    touches = ("owner",)

    refusals_for = Assign.refusals_for
    changes = Assign.changes


registry.register(
    ParkViolation(),
    RetryViolation(),
    ResolveViolation(),
    ReopenViolation(),
    ArchiveViolation(),
    IgnoreViolation(),
    AssignViolation(),
)
