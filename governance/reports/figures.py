"""The figures of a report, each counted from stored events, items and snapshots."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count, Max, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from governance.models import (
    ArchivedError,
    ErrorCode,
    Event,
    HubError,
    Operation,
    OperationItem,
    PlaybookRun,
    Readiness,
    Tier,
)
from governance.queries.jobs import standing
from governance.queries.playbooks.rules import RuleCount
from governance.reports import audit
from governance.verbs.registry import VERBS

PAST = {
    "PARK": "parked",
    "RETRY": "retried",
    "RESOLVE": "resolved",
    "ARCHIVE": "archived",
    "IGNORE": "ignored",
    "ASSIGN": "assigned",
    "SET_TTL": "given_ttl",
}
SAMPLE = 50


def events_of(operations: Sequence[Operation]) -> QuerySet[Event]:
    """Return what the operations of a run have written into the history."""
    return Event.objects.filter(operation_id__in=[operation.pk for operation in operations])


def with_code(events: QuerySet[Event]) -> QuerySet[Event]:
    """Add each event's error code, read from the live or archived error."""
    live = HubError.objects.filter(pk=OuterRef("subject_id")).values("code")
    archived = ArchivedError.objects.filter(pk=OuterRef("subject_id")).values("code")
    return events.annotate(code=Coalesce(Subquery(live[:1]), Subquery(archived[:1])))


def key(entity: str, action: str) -> str:
    """Return the name of one count: `dol_errors_parked`, `ct_reset_to_pending`."""
    if (entity, action) == ("company_target", "RESET"):
        return "ct_reset_to_pending"
    return f"{entity}s_{PAST.get(action, action.lower())}"


def actions(
    operations: Sequence[Operation], rules: Sequence[Mapping[str, Any]], entities: Mapping[str, str]
) -> dict[str, int]:
    """Count events per kind of record and action, zero where a rule found nothing."""
    counted: Counter[str] = Counter()
    for rule in rules:
        verb = VERBS[rule["verb"]]
        counted[key(entities[rule["error_table"] or audit.TARGET], verb.action)] = 0
    for found in events_of(operations).values("subject_type", "action").annotate(rows=Count("id")):
        counted[
            key(entities.get(found["subject_type"], found["subject_type"]), found["action"])
        ] += found["rows"]
    return dict(counted)


def processed(operations: Sequence[Operation]) -> int:
    """Count the errors the run has acted on."""
    return events_of(operations).exclude(subject_type=audit.TARGET).count()


def audit_counts(operations: Sequence[Operation]) -> dict[str, int]:
    """Count events per action, in the order of the rules, with their total."""
    counted = dict.fromkeys((VERBS[operation.verb].action for operation in operations), 0)
    for found in (
        events_of(operations).values("action").annotate(rows=Count("id")).order_by("action")
    ):
        counted[found["action"]] = found["rows"]
    return counted | {"total": events_of(operations).count()}


def sample(operations: Sequence[Operation]) -> list[dict[str, Any]]:
    """Return the first entries of the run's audit trail."""
    return list(audit.entries(events_of(operations).order_by("id")[:SAMPLE]))


def rules(run: PlaybookRun, operations: Sequence[Operation]) -> list[dict[str, Any]]:
    """Say for every rule what its operation did: outcomes, events, codes."""
    events = dict(events_of(operations).values_list("operation_id").annotate(rows=Count("id")))
    codes = _codes(operations)
    return [
        {
            "name": rule["name"],
            "verb": operation.verb,
            "label": VERBS[operation.verb].label,
            "parameters": operation.parameters,
            "error_table": rule["error_table"],
            "filter": operation.filter,
            "operation": operation.pk,
            "state": operation.state,
            **operation.counts(),
            "left_alone": operation.planned - operation.applied,
            "refusals": operation.refusals,
            "events": events.get(operation.pk, 0),
            "codes": codes.get(operation.pk, []),
        }
        for rule, operation in zip(run.version.rules, operations, strict=True)
    ]


def _codes(operations: Sequence[Operation]) -> dict[int, list[dict[str, Any]]]:
    counted = (
        with_code(events_of(operations).exclude(subject_type=audit.TARGET))
        .values("operation_id", "code")
        .annotate(rows=Count("id"))
        .order_by("-rows", "code")
    )
    titles = dict(ErrorCode.objects.values_list("code", "title"))
    found: dict[int, list[dict[str, Any]]] = {}
    for row in counted:
        code = row["code"] or "unknown"
        found.setdefault(row["operation_id"], []).append(
            {"code": code, "title": titles.get(code, "Unregistered code."), "rows": row["rows"]}
        )
    return found


def items(operations: Sequence[Operation]) -> dict[int, Counter[str]]:
    """Count the items of each operation by outcome."""
    counted: dict[int, Counter[str]] = {operation.pk: Counter() for operation in operations}
    numbers = {operation.plan_key: operation.pk for operation in operations}
    for row in (
        OperationItem.objects.filter(operation_id__in=numbers)
        .values("operation_id", "outcome")
        .annotate(rows=Count("subject_id"))
    ):
        counted[numbers[row["operation_id"]]][row["outcome"]] = row["rows"]
    return counted


def facts(operations: Sequence[Operation]) -> dict[str, Any]:
    """Count what the recommendations speak of: attempts scheduled, expiry of what was parked, hubs that wait."""
    mine = events_of(operations)
    attempts = mine.filter(action="RETRY").aggregate(
        first=Min("next_retry_at"), last=Max("next_retry_at")
    )
    parked = HubError.objects.filter(
        pk__in=mine.filter(action="PARK").values("subject_id"), disposition="PARKED"
    )
    waiting = Readiness.objects.exclude(tier=Tier.NOT_READY)
    return {
        "first_attempt_at": attempts["first"].isoformat() if attempts["first"] else None,
        "last_attempt_at": attempts["last"].isoformat() if attempts["last"] else None,
        "parked": parked.count(),
        "parked_past_ttl": parked.expired(
            operations[-1].finished_at or operations[-1].created_at
        ).count()
        if operations
        else 0,
        "dol_missing": waiting.filter(dol_done=False).count(),
        "people_missing": waiting.filter(people_done=False).count(),
        "changed_since_plan": sum(operation.late for operation in operations),
        "failed": sum(operation.failed for operation in operations),
        **standing.of("daily"),
    }


def foreseen(rules: Sequence[Mapping[str, Any]], counts: Sequence[RuleCount]) -> dict[str, Any]:
    """Return what a run of `rules` would report, as far as a plan can tell."""
    entities = audit.entity_types()
    acted: Counter[str] = Counter()
    audited: Counter[str] = Counter()
    for rule, count in zip(rules, counts, strict=True):
        action = VERBS[rule["verb"]].action
        acted[key(entities[rule["error_table"] or audit.TARGET], action)] += count.eligible
        audited[action] += count.eligible
    errors = sum(
        count.eligible for rule, count in zip(rules, counts, strict=True) if rule["error_table"]
    )
    left = [
        {
            "name": rule["name"],
            "matched": count.matched,
            "eligible": count.eligible,
            "left_alone": count.refusals,
        }
        for rule, count in zip(rules, counts, strict=True)
    ]
    return {
        "dry_run": True,
        "total_processed": errors,
        "actions": dict(acted),
        "audit": dict(audited) | {"total": audited.total()},
        "rules": left,
    }
