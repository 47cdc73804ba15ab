"""The content of a report as JSON: what the page, the Markdown file and the command show."""

from typing import Any

from governance.models import ApprovalVote, Operation, PlaybookRun, Report, Tier
from governance.reports import audit, compliance, figures, recommendations, reconciliation

REASONS = ("ct_pending", "ct_failed", "no_ct_record", "other")


def build(run: PlaybookRun) -> dict[str, Any]:
    """Return the report of a run that has ended; every figure is counted from events, items or the run's snapshots."""
    operations = list(run.operations.order_by("position"))
    found = {"run": _header(run)} | _counted(run, operations)
    found["order"] = {
        "actions": list(found["actions"]),
        "audit": list(found["audit"]),
        "not_ready": list(REASONS),
        "tiers": Tier.values,
    }
    found["recommendations"] = recommendations.derive(found)
    found["differences"] = reconciliation.differences(found, operations)
    found["reconciled"] = not found["differences"]
    found["run"]["mode"] = _mode(found)
    return found


def _counted(run: PlaybookRun, operations: list[Operation]) -> dict[str, Any]:
    reasons = dict(run.after["not_ready"])
    blocked = reasons.pop("ct_failed_blocked")
    if not reasons["other"]:
        del reasons["other"]
    return {
        "total_processed": figures.processed(operations),
        "actions": figures.actions(operations, run.version.rules, audit.entity_types()),
        "tiers": {"before": run.before["tiers"], "after": run.after["tiers"]},
        "moved": _moved(run.before["tiers"], run.after["tiers"]),
        "rules": figures.rules(run, operations),
        "not_ready": reasons,
        "not_ready_blocked": blocked,
        "compliance": compliance.check(run, operations),
        "audit": figures.audit_counts(operations),
        "sample": figures.sample(operations),
        "facts": figures.facts(operations),
        "operations": [operation.pk for operation in operations],
    }


def _moved(before: dict[str, int], after: dict[str, int]) -> int:
    """Count the companies that changed tier, each of which one tier lost and another got."""
    return sum(abs(after[tier] - before.get(tier, 0)) for tier in after) // 2


def _mode(found: dict[str, Any]) -> str:
    if found["compliance"][0]["passed"]:
        return "Operations cleanup (no doctrine changes)"
    return "Operations cleanup (policies or rules changed while it ran)"


def of(report: Report) -> dict[str, Any]:
    """Return a stored report's content in its reading order, which the database does not keep."""
    stored = report.body
    order = stored["order"]
    tiers = {moment: _sorted(counts, order["tiers"]) for moment, counts in stored["tiers"].items()}
    return (
        stored
        | {"tiers": tiers}
        | {name: _sorted(stored[name], order[name]) for name in ("actions", "audit", "not_ready")}
    )


def shortfall(body: dict[str, Any]) -> dict[str, int]:
    """Count the rows of the plans that the run did not change, by why; empty where it changed all."""
    rules = body["rules"]
    counted = {name: sum(rule[name] for rule in rules) for name in ("failed", "cancelled")}
    refused = sum(sum(rule["refusals"].values()) for rule in rules)
    counted["skipped since the plan"] = sum(rule["skipped"] for rule in rules) - refused
    return {name: rows for name, rows in counted.items() if rows}


def _sorted(counts: dict[str, int], order: list[str]) -> dict[str, int]:
    return {name: counts[name] for name in order if name in counts}


def _header(run: PlaybookRun) -> dict[str, Any]:
    if run.started_at is None or run.finished_at is None:
        raise ValueError("a report is about a run that has begun and ended")
    votes = ApprovalVote.objects.filter(
        approval__playbook_run=run, approval__state="used", decision=ApprovalVote.Decision.APPROVE
    ).select_related("voter")
    return {
        "id": run.pk,
        "reference": run.reference,
        "playbook": run.version.playbook.name,
        "slug": run.version.playbook.slug,
        "version": run.version.number,
        "state": run.state,
        "note": run.state_note,
        "planned_at": run.as_of.isoformat(),
        "started_at": run.started_at.isoformat(),
        "finished_at": run.finished_at.isoformat(),
        "seconds": round((run.finished_at - run.started_at).total_seconds(), 3),
        "executor": (run.started_by or run.requester).get_username(),
        "approvers": [vote.voter.get_username() for vote in votes],
        "gate": run.gate,
        "channel": run.channel,
        "os_user": run.os_user,
        "plan_hash": run.plan_hash,
    }
