"""The content of a report as JSON: what the page, the Markdown file and the command show."""

from typing import Any

from governance.models import ApprovalVote, PlaybookRun, Report, Tier
from governance.reports import audit, compliance, figures, recommendations, reconciliation

REASONS = ("ct_pending", "ct_failed", "no_ct_record", "other")


def build(run: PlaybookRun) -> dict[str, Any]:
    """Return the report of a run that has ended; every figure is counted from events, items or the run's snapshots."""
    operations = list(run.operations.order_by("position"))
    reasons = dict(run.after["not_ready"])
    blocked = reasons.pop("ct_failed_blocked")
    found: dict[str, Any] = {
        "run": _header(run),
        "total_processed": figures.processed(operations),
        "actions": figures.actions(operations, run.version.rules, audit.entity_types()),
        "tiers": {"before": run.before["tiers"], "after": run.after["tiers"]},
        "rules": figures.rules(run, operations),
        "not_ready": reasons
        if reasons["other"]
        else {name: rows for name, rows in reasons.items() if name != "other"},
        "not_ready_blocked": blocked,
        "compliance": compliance.check(run, operations),
        "audit": figures.audit_counts(operations),
        "sample": figures.sample(operations),
        "facts": figures.facts(operations),
        "operations": [operation.pk for operation in operations],
    }
    found["order"] = {name: list(found[name]) for name in ("actions", "audit")} | {
        "not_ready": list(REASONS),
        "tiers": Tier.values,
    }
    found["recommendations"] = recommendations.derive(found)
    found["differences"] = reconciliation.differences(found, operations)
    found["reconciled"] = not found["differences"]
    found["moved"] = (
        sum(
            abs(delta)
            for delta in (
                run.after["tiers"][tier] - run.before["tiers"].get(tier, 0)
                for tier in run.after["tiers"]
            )
        )
        // 2
    )
    found["run"]["mode"] = (
        "Operations cleanup (no doctrine changes)"
        if found["compliance"][0]["passed"]
        else "Operations cleanup (policies or rules changed while it ran)"
    )
    return found


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
