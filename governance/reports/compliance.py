"""The compliance statement: six lines, each a check that can fail, each with its evidence."""

from collections.abc import Sequence
from typing import Any, TypedDict

from django.db.models import Count, Q, QuerySet

from governance.models import Category, ErrorCode, Event, Operation, PlaybookRun
from governance.reports import figures
from governance.verbs.registry import VERBS
from outreach_admin.ui.figures import counted


class Line(TypedDict):
    """One claim of the report, whether it holds, and what shows it."""

    line: str
    passed: bool
    evidence: str


def check(run: PlaybookRun, operations: Sequence[Operation]) -> list[Line]:
    """Return the six lines of the seed's compliance statement for a run that has ended."""
    return [
        _policies(run),
        _gates(run),
        _existing_records(run),
        _audit_trail(operations),
        _retry_preferred(run, operations),
        _parked_with_cause(run, operations),
    ]


def _same(run: PlaybookRun, name: str) -> bool:
    return name in run.before and run.before[name] == run.after.get(name)


def _short(run: PlaybookRun, name: str) -> str:
    before, after = (str(kept.get(name, "not recorded"))[:8] for kept in (run.before, run.after))
    return f"{before} before and after" if _same(run, name) else f"{before} before, {after} after"


def _policies(run: PlaybookRun) -> Line:
    return {
        "line": "Did not modify doctrine, policies, or enforcement logic",
        "passed": _same(run, "policies") and _same(run, "enforcement"),
        "evidence": f"Fingerprint of hubs, error tables, codes and approval policies {_short(run, 'policies')}; of functions, triggers and checks {_short(run, 'enforcement')}.",
    }


def _gates(run: PlaybookRun) -> Line:
    before, after = (str(kept.get("done", "")).split(":")[:3] for kept in (run.before, run.after))
    counts = ", ".join(
        f"{hub} {int(was):,} before, {int(now):,} after"
        for hub, was, now in zip(("Company Target", "DOL", "People"), before, after, strict=False)
    )
    verdict = (
        "no id's done flags changed" if _same(run, "done") else "done flags changed while it ran"
    )
    return {
        "line": "Did not bypass promotion gates",
        "passed": _same(run, "done"),
        "evidence": f"Companies done: {counts}; {verdict}.",
    }


def _existing_records(run: PlaybookRun) -> Line:
    before, after = (
        int(str(kept.get("ids", "0")).split(":")[0]) for kept in (run.before, run.after)
    )
    verdict = "the same ids" if _same(run, "ids") else "not the same ids"
    return {
        "line": "Operated only on existing records",
        "passed": _same(run, "ids"),
        "evidence": f"{before:,} outreach ids before, {after:,} after: {verdict}.",
    }


def _audit_trail(operations: Sequence[Operation]) -> Line:
    applied: dict[str, int] = {}
    items = figures.items(operations)
    for operation in operations:
        action = VERBS[operation.verb].action
        applied[action] = applied.get(action, 0) + items[operation.pk]["applied"]
    found = (
        figures.events_of(operations)
        .values("action")
        .annotate(rows=Count("subject_id", distinct=True))
    )
    events = {row["action"]: row["rows"] for row in found}
    parts = [
        f"{action} {counted(events.get(action, 0), 'event')}, {counted(applied.get(action, 0), 'applied row')}"
        for action in sorted({*applied, *events})
    ]
    passed = {action: rows for action, rows in applied.items() if rows} == events
    return {
        "line": "Maintained full audit trail",
        "passed": passed,
        "evidence": "; ".join(parts) + ".",
    }


def _parked(operations: Sequence[Operation]) -> QuerySet[Event]:
    return figures.with_code(figures.events_of(operations).filter(action="PARK"))


def _retry_preferred(run: PlaybookRun, operations: Sequence[Operation]) -> Line:
    parked = _parked(operations)
    retryable = Q(pk__in=[])
    for rule in run.version.rules:
        if rule["verb"] == "retry":
            retryable |= _satisfies(rule)
    total, wrong = parked.count(), parked.filter(retryable).count()
    return {
        "line": "Preferred RETRY → RESOLVE over PARK → ARCHIVE",
        "passed": wrong == 0,
        "evidence": f"{wrong:,} of {total:,} parked rows satisfied a retry rule.",
    }


def _satisfies(rule: dict[str, Any]) -> Q:
    found = Q(subject_type=rule["error_table"])
    if rule.get("codes"):
        found &= Q(code__in=rule["codes"])
    if rule.get("min_retries") is not None:
        found &= Q(retry_count__gte=rule["min_retries"])
    if rule.get("max_retries") is not None:
        found &= Q(retry_count__lte=rule["max_retries"])
    return found


def _parked_with_cause(run: PlaybookRun, operations: Sequence[Operation]) -> Line:
    parked = _parked(operations)
    is_structural = Q(
        code__in=list(
            ErrorCode.objects.filter(category=Category.STRUCTURAL).values_list("code", flat=True)
        )
    )
    used_up = Q(pk__in=[])
    for rule, operation in zip(run.version.rules, operations, strict=True):
        if rule["verb"] == "park" and rule.get("min_retries"):
            used_up |= Q(operation_id=operation.pk, retry_count__gte=rule["min_retries"])
    structural = parked.filter(is_structural).count()
    tried = parked.filter(used_up).exclude(is_structural).count()
    without = parked.count() - structural - tried
    return {
        "line": "Parked only structural/unrecoverable errors",
        "passed": without == 0,
        "evidence": f"{structural:,} with a structural code, {tried:,} with their retries used up by the rule, {without:,} with neither.",
    }
