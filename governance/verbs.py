"""What can be done to many rows: one declared object per verb."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from django import forms
from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.db.models import Case, Exists, F, FloatField, OuterRef, Q, Value, When
from django.db.models.expressions import CombinedExpression, RawSQL
from django.db.models.functions import Now

from governance import parameters
from governance.models import (
    ArchivedError,
    Category,
    CompanyTarget,
    Disposition,
    ErrorTable,
    HubError,
    Operation,
    OperationItem,
)

PARKED_FACTS = ("parked_at", "parked_by", "park_reason", "escalation_level", "escalated_at")
RESOLVED_FACTS = ("resolved_at", "resolution_note")


def backoff_seconds() -> CombinedExpression:
    """Return how long after a further attempt the next may start, in seconds.

    Exponential 2^n for transient, linear n x 5 min for operational, none for structural errors;
    at most an hour, 10 % jitter. n counts attempts, this one included. Source: spec "TTL, retry, escalation".
    """
    attempt = F("retry_count") + Value(1)
    jitter = RawSQL("(0.9 + 0.2 * random())", (), output_field=FloatField())
    return (
        Case(
            When(
                category=Category.TRANSIENT,
                then=models.Func(Value(2.0), attempt, function="power", output_field=FloatField()),
            ),
            When(category=Category.OPERATIONAL, then=attempt * Value(300.0)),
            default=Value(0.0),
            output_field=FloatField(),
        )
        * jitter
    )


class Verb:
    """Something a person may do to rows; subclasses declare it, `governance.services.operations` does it.

    `eligible` and `refusals` are conditions on the model's columns: every row either is eligible or
    gets the first refusal that fits. `touches` are the columns whose former values undo needs.
    `still` is SQL about the row `was` that must hold when it is changed, for what other rows decide; where it no longer
    does, the row counts as changed since the plan.
    `shows` is the column a person looks at to see the change, `becomes` what stands there afterwards.
    """

    name: str
    label: str
    icon: str
    key: str = ""
    permission: str
    action: str
    done: str
    model: type[models.Model] = HubError
    subject = "error"
    parameters: type[forms.Form] = parameters.NoParameters
    refusals: Mapping[Q, str] = {}
    touches: tuple[str, ...] = ()
    still = ""
    clears = False
    moves = False
    undoable = True
    offered = True
    shows = "disposition"
    becomes = ""

    def refusal(self, parameters: Mapping[str, Any], *, after: Sequence[int] = ()) -> Case:
        """Return the expression that is NULL for an eligible row, else why not.

        `after` names operations that will have run before: the row is judged as they would leave it.
        """
        conditions = {
            **self.refusals,
            **self.refusals_for(parameters),
            **self.refusals_after(after),
        }
        whens = [When(condition, then=Value(reason)) for condition, reason in conditions.items()]
        return Case(*whens, default=Value(None), output_field=models.TextField(null=True))

    def refusals_for(self, parameters: Mapping[str, Any]) -> Mapping[Q, str]:
        """Return refusals that depend on what was asked."""
        return {}

    def refusals_after(self, after: Sequence[int]) -> Mapping[Q, str]:
        """Return refusals that depend on what earlier operations would leave."""
        return {}

    def changes(self, *, by: AbstractBaseUser, at: datetime, **parameters: Any) -> dict[str, Any]:
        """Return the new column values."""
        raise TypeError(f"{self.name} moves rows")

    def reason(self, parameters: Mapping[str, Any]) -> str:
        """Return the reason kept in the audit trail."""
        return str(parameters.get("reason") or parameters.get("note") or "")

    def then(self, row: models.Model, parameters: Mapping[str, Any]) -> str:
        """Return what `shows` would say of this row afterwards."""
        return self.becomes or str(parameters.get(self.shows, ""))

    def title(self, rows: int, *, of: str = "") -> str:
        """Return what the person reads: verb, number and, where all rows have it, their code."""
        noun = {"error": "error", "archive": "archived error", "company_target": "company target"}[
            self.subject
        ]
        return f"{self.label} {rows:,} {of}{' ' if of else ''}{noun}{'' if rows == 1 else 's'}"


def tables_refusing(disposition: Disposition) -> Q:
    """Return the condition of rows whose error table does not allow `disposition`."""
    return ~Q(
        error_table__in=ErrorTable.objects.filter(
            allowed_dispositions__contains=[disposition]
        ).values("name")
    )


NOT_ALLOWED = "its error table does not allow {}"
ARCHIVED_IN_PLACE = "archived in place: retry it first"


class Park(Verb):
    """Set an error aside for a person to look at; it keeps blocking promotion."""

    name, label, icon, key = "park", "Park", "pause", "p"
    permission = "governance.park_huberror"
    action, done = "PARK", "parked"
    becomes = "PARKED"
    parameters = parameters.ParkParameters
    touches = ("disposition", "owner", "ttl_tier", *PARKED_FACTS)
    refusals = {
        Q(disposition=Disposition.PARKED): "already parked",
        Q(disposition=Disposition.RESOLVED): "resolved: reopen it first",
        Q(disposition=Disposition.ARCHIVED): ARCHIVED_IN_PLACE,
        tables_refusing(Disposition.PARKED): NOT_ALLOWED.format("PARKED"),
    }

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

    name, label, icon, key = "unpark", "Unpark", "play", ""
    permission = "governance.unpark_huberror"
    action, done = "UNPARK", "back in retry"
    becomes = "RETRY"
    touches = ("disposition", *PARKED_FACTS)
    refusals = {
        ~Q(disposition=Disposition.PARKED): "not parked",
        tables_refusing(Disposition.RETRY): NOT_ALLOWED.format("RETRY"),
    }

    def changes(self, *, by: AbstractBaseUser, at: datetime, **parameters: Any) -> dict[str, Any]:
        """Leave PARKED; the database clears the parked facts and the escalation."""
        return {"disposition": Disposition.RETRY}


class Retry(Verb):
    """Ask for a further attempt: raise the count and schedule it by the code's category."""

    name, label, icon, key = "retry", "Retry", "retry", "r"
    permission = "governance.retry_huberror"
    action, done = "RETRY", "queued for a further attempt"
    becomes = "RETRY"
    parameters = parameters.RetryParameters
    touches = ("disposition", "retry_count", "last_retry_at", "next_retry_at", *RESOLVED_FACTS)
    refusals = {
        Q(disposition=Disposition.PARKED): "parked: unpark it first",
        Q(retry_exhausted=True): "retries exhausted",
        # asked for again and again, attempts would be used up without one look-up
        Q(disposition=Disposition.RETRY, next_retry_at__gt=Now()): "an attempt is queued already",
        tables_refusing(Disposition.RETRY): NOT_ALLOWED.format("RETRY"),
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
            models.Func(
                backoff_seconds(), Value(3600.0), function="least", output_field=FloatField()
            )
            * RawSQL("interval '1 second'", ()),
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

    name, label, icon, key = "resolve", "Resolve", "check", "e"
    permission = "governance.resolve_huberror"
    action, done = "RESOLVE", "resolved"
    becomes = "RESOLVED"
    parameters = parameters.NoteParameters
    touches = ("disposition", *PARKED_FACTS, *RESOLVED_FACTS)
    clears = True
    refusals = {
        Q(disposition=Disposition.RESOLVED): "already resolved",
        Q(disposition=Disposition.ARCHIVED): ARCHIVED_IN_PLACE,
        tables_refusing(Disposition.RESOLVED): NOT_ALLOWED.format("RESOLVED"),
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

    name, label, icon, key = "ignore", "Ignore", "minus", ""
    permission = "governance.ignore_huberror"
    action, done = "IGNORE", "ignored"
    becomes = "IGNORE"
    parameters = parameters.NoteParameters
    touches = ("disposition", *PARKED_FACTS)
    clears = True
    refusals = {
        Q(disposition=Disposition.IGNORE): "already ignored",
        Q(disposition=Disposition.PARKED): "parked: unpark it first",
        Q(disposition=Disposition.RESOLVED): "resolved: reopen it first",
        Q(disposition=Disposition.ARCHIVED): ARCHIVED_IN_PLACE,
        tables_refusing(Disposition.IGNORE): NOT_ALLOWED.format("IGNORE"),
    }

    def changes(self, *, by: AbstractBaseUser, at: datetime, **parameters: Any) -> dict[str, Any]:
        """Leave the queue."""
        return {"disposition": Disposition.IGNORE}


class Escalate(Verb):
    """Raise a parked error by one level: hub team, hub lead, platform team."""

    name, label, icon, key = "escalate", "Escalate", "up", ""
    permission = "governance.escalate_huberror"
    action, done = "ESCALATE", "escalated"
    shows = "escalation_level"
    parameters = parameters.NoteParameters
    touches = ("escalation_level", "escalated_at")
    refusals = {
        ~Q(disposition=Disposition.PARKED): "not parked",
        Q(escalation_level__gte=3): "already at the highest level",
    }

    def then(self, row: models.Model, parameters: Mapping[str, Any]) -> str:
        """Return the next level."""
        return str(row.escalation_level + 1)  # type: ignore[attr-defined]

    def changes(self, *, by: AbstractBaseUser, at: datetime, **parameters: Any) -> dict[str, Any]:
        """Raise the level by one."""
        return {"escalation_level": F("escalation_level") + 1, "escalated_at": at}


class Assign(Verb):
    """Give errors to a team."""

    name, label, icon, key = "assign", "Assign", "person", ""
    permission = "governance.assign_huberror"
    action, done = "ASSIGN", "assigned"
    shows = "owner"
    parameters = parameters.AssignParameters
    touches = ("owner",)

    def refusals_for(self, parameters: Mapping[str, Any]) -> Mapping[Q, str]:
        """Leave a row alone that has this owner already."""
        return {Q(owner=parameters["owner"]): "already theirs"}

    def changes(self, *, by: AbstractBaseUser, at: datetime, **parameters: Any) -> dict[str, Any]:
        """Change the owner."""
        return {"owner": parameters["owner"]}


class SetTtl(Verb):
    """Change how long errors live, counted from their creation."""

    name, label, icon, key = "set_ttl", "Change TTL", "clock", ""
    permission = "governance.set_ttl_huberror"
    action, done = "SET_TTL", "given a new TTL"
    shows = "ttl_tier"
    parameters = parameters.TtlParameters
    touches = ("ttl_tier",)

    def refusals_for(self, parameters: Mapping[str, Any]) -> Mapping[Q, str]:
        """Leave a row alone that has this tier already."""
        return {Q(ttl_tier=parameters["ttl_tier"]): "has this TTL already"}

    def changes(self, *, by: AbstractBaseUser, at: datetime, **parameters: Any) -> dict[str, Any]:
        """Change the tier; the database moves the expiry."""
        return {"ttl_tier": parameters["ttl_tier"]}


class Archive(Verb):
    """Move errors out of the queue and keep them; they no longer block."""

    name, label, icon, key = "archive", "Archive", "archive", ""
    permission = "governance.archive_huberror"
    action, done = "ARCHIVE", "archived"
    becomes = "ARCHIVED"
    parameters = parameters.ArchiveParameters
    clears = True
    moves = True
    refusals = {tables_refusing(Disposition.ARCHIVED): NOT_ALLOWED.format("ARCHIVED")}


class Restore(Verb):
    """Bring archived errors back into the queue."""

    name, label, icon, key = "restore", "Restore", "undo", ""
    permission = "governance.restore_huberror"
    action, done = "RESTORE", "back in the queue"
    becomes = "RETRY"
    model = ArchivedError
    subject = "archive"
    moves = True
    refusals = {Q(Exists(HubError.objects.filter(pk=OuterRef("pk")))): "a live error has this id"}


class Reset(Verb):
    """Send failed company targets back to pending so that the pipeline takes them again; imo_completed_at stays."""

    name, label, icon, key = "reset", "Reset", "retry", ""
    permission = "governance.reset_companytarget"
    action, done = "RESET", "pending again"
    shows, becomes = "execution_status", "pending"
    model = CompanyTarget
    subject = "company_target"
    touches = ("execution_status",)
    still = "NOT EXISTS (SELECT FROM governance_huberror e WHERE e.outreach_id = was.outreach_id AND governance.error_is_blocking(e.blocks, e.disposition))"
    refusals = {
        ~Q(execution_status=CompanyTarget.Status.FAILED): "not failed",
    }

    def refusals_after(self, after: Sequence[int]) -> Mapping[Q, str]:
        """Refuse targets with a blocking error that no earlier operation would clear."""
        clearing = [verb.name for verb in VERBS.values() if verb.clears]
        cleared = OperationItem.objects.filter(
            operation_id__in=after,
            operation__verb__in=clearing,
            outcome=OperationItem.Outcome.PLANNED,
        )
        blocking = (
            HubError.objects.blocking()
            .filter(outreach=OuterRef("outreach"))
            .exclude(pk__in=cleared.values("subject_id"))
        )
        return {Q(Exists(blocking)): "has a blocking error"}

    def changes(self, *, by: AbstractBaseUser, at: datetime, **parameters: Any) -> dict[str, Any]:
        """Go back to pending."""
        return {"execution_status": CompanyTarget.Status.PENDING}


class Import(Verb):
    """Bring in new errors from a file. Planned by `services.imports` alone: over rows that exist already it refuses each."""

    name, label, icon = "import", "Import", "plus"
    permission = "governance.import_huberror"
    action, done = "IMPORT", "imported"
    becomes = "imported"
    offered = False
    refusals = {Q(pk__isnull=False): "errors are imported from a file"}

    def then(self, row: models.Model, parameters: Mapping[str, Any]) -> str:
        """Return what the file says, unless it leaves that to the policies."""
        return str(getattr(row, self.shows) or "by policy")

    def reason(self, parameters: Mapping[str, Any]) -> str:
        """Name the file."""
        return str(parameters.get("file", ""))


VERBS: dict[str, Verb] = {
    verb.name: verb
    for verb in (
        Park(),
        Retry(),
        Resolve(),
        Archive(),
        Unpark(),
        Escalate(),
        Assign(),
        SetTtl(),
        Ignore(),
        Restore(),
        Reset(),
        Import(),
    )
}
FOR_ERRORS = [verb for verb in VERBS.values() if verb.subject == "error" and verb.offered]
FOR_ARCHIVE = [VERBS["restore"]]
FOR_TARGETS = [VERBS["reset"]]


def title_of(operation: Operation) -> str:
    """Return what an operation does in one line: verb, number of rows, their code when it is but one."""
    if operation.kind == Operation.Kind.IMPORT:
        return f"Import {operation.planned:,} error{'' if operation.planned == 1 else 's'}"
    codes = parse_qs(operation.filter).get("code", [])
    title = VERBS[operation.verb].title(operation.planned, of=codes[0] if len(codes) == 1 else "")
    return (
        f"Undo OP-{operation.undoes_id}: {title[0].lower()}{title[1:]}"
        if operation.undoes_id
        else title
    )
