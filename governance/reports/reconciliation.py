"""Whether the totals of a report agree with each other and with what is stored."""

from collections.abc import Mapping, Sequence
from typing import Any

from governance.models import Operation, Tier
from governance.reports import figures
from outreach_admin.ui.figures import counted


def differences(body: Mapping[str, Any], operations: Sequence[Operation]) -> list[str]:
    """Return one sentence per total that does not add up; empty means reconciled."""
    return [*_plans(body, operations), *_events(body), *_tiers(body)]


def _plans(body: Mapping[str, Any], operations: Sequence[Operation]) -> list[str]:
    items = figures.items(operations)
    found = []
    for operation in operations:
        counts = operation.counts()
        planned = counts.pop("planned")
        if sum(counts.values()) != planned:
            found.append(
                f"{operation}: {counted(sum(counts.values()), 'outcome')} for {counted(planned, 'planned row')}."
            )
        stored = {name: items[operation.pk][name] for name in counts}
        if stored != counts or items[operation.pk].total() != planned:
            found.append(
                f"{operation}: its counters say {_listed(counts)}, its rows {_listed(stored)}."
            )
    differing = (rule for rule in body["rules"] if rule["events"] != rule["applied"])
    return [
        *found,
        *(
            f"OP-{rule['operation']}: {counted(rule['events'], 'event')} for {counted(rule['applied'], 'applied row')}."
            for rule in differing
        ),
    ]


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{rows:,} {name}" for name, rows in counts.items() if rows) or "nothing"


def _events(body: Mapping[str, Any]) -> list[str]:
    audit = dict(body["audit"])
    total = audit.pop("total")
    found = []
    if sum(audit.values()) != total:
        found.append(
            f"The audit summary adds up to {sum(audit.values()):,}, the trail holds {counted(total, 'event')}."
        )
    if sum(body["actions"].values()) != total:
        found.append(
            f"The actions add up to {sum(body['actions'].values()):,}, the trail holds {counted(total, 'event')}."
        )
    applied = sum(rule["applied"] for rule in body["rules"])
    if applied != total:
        found.append(
            f"{counted(applied, 'row was', 'rows were')} applied, the trail holds {counted(total, 'event')}."
        )
    return found


def _tiers(body: Mapping[str, Any]) -> list[str]:
    before, after = (sum(body["tiers"][moment].values()) for moment in ("before", "after"))
    found = []
    if before != after:
        found.append(
            f"{counted(before, 'company', 'companies')} had a tier before, {after:,} after."
        )
    reasons = sum(body["not_ready"].values())
    if reasons != body["tiers"]["after"].get(Tier.NOT_READY, 0):
        found.append(
            f"{counted(reasons, 'company has', 'companies have')} a reason for being NOT_READY, {body['tiers']['after'].get(Tier.NOT_READY, 0):,} are."
        )
    return found
