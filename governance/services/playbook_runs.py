"""Runs of a playbook: all plans made at one moment, one approval over them, executed in order."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.http import urlencode

from governance import policies
from governance.exceptions import ApprovalRequired, NotPermitted, StateRefused
from governance.models import Approval, CompanyTarget, Disposition, HubError, Operation, PlaybookRun, PlaybookVersion
from governance.services import effects, operations, queue, violations
from governance.verbs import VERBS

REPORT_TASK = "governance.tasks.build_report"


def plan(
    version: PlaybookVersion, *, by: User, channel: str = "browser", note: str = "", os_user: str | None = None, as_of: datetime | None = None
) -> PlaybookRun:
    """Freeze one operation per rule, in order, as of one moment; each row belongs to the first rule that matches.

    Raises NotPermitted for the playbook or one of its verbs.
    """
    if not by.has_perm("governance.run_playbook"):
        raise NotPermitted("You may not run playbooks.", what_to_do="Ask a person in the group that may.")
    now = timezone.now()
    gate = policies.gate_for_runs()
    with transaction.atomic():
        run = PlaybookRun.objects.create(
            version=version,
            requester=by,
            channel=channel,
            note=note,
            os_user=os_user,
            gate=gate.name if gate else None,
            plan_hash="",
            as_of=as_of or now,
            expires_at=now + timedelta(hours=operations.WAITING_HOURS),
        )
        planned: list[Operation] = []
        for rule in version.rules:
            planned.append(_plan_rule(run, rule, by=by, after=planned))
        run.plan_hash = hashlib.sha256("|".join(operation.plan_hash for operation in planned).encode()).hexdigest()
        run.save(update_fields=["plan_hash"])
    return run


def _plan_rule(run: PlaybookRun, rule: dict[str, Any], *, by: User, after: Sequence[Operation]) -> Operation:
    return operations.plan(
        rule["verb"],
        by=by,
        rows=matching(rule),
        filter=canonical(rule),
        scope="rule",
        channel=run.channel,
        remark=rule["name"],
        as_of=run.as_of,
        after=after,
        playbook_run=run,
        **rule.get("parameters", {}),
    )


def matching(rule: dict[str, Any]) -> QuerySet[Any]:
    """Return the rows a rule is about: errors in RETRY of its table, codes and retry counts, or failed company targets."""
    verb = VERBS[rule["verb"]]
    if verb.subject == "company_target":
        return CompanyTarget.objects.filter(execution_status=CompanyTarget.Status.FAILED)
    conditions = Q(error_table=rule["error_table"], disposition=Disposition.RETRY)
    if rule.get("codes"):
        conditions &= Q(code__in=rule["codes"])
    if rule.get("min_retries") is not None:
        conditions &= Q(retry_count__gte=rule["min_retries"])
    if rule.get("max_retries") is not None:
        conditions &= Q(retry_count__lte=rule["max_retries"])
    return HubError.objects.filter(conditions)


def canonical(rule: dict[str, Any]) -> str:
    """Return the rule's rows as the filter text of the error list."""
    if VERBS[rule["verb"]].subject == "company_target":
        return urlencode([("execution_status", "failed")])
    pairs = [("error_table", rule["error_table"]), ("disposition", "RETRY"), *(("code", code) for code in rule.get("codes") or [])]
    pairs += [(f"retry_count_{edge}", str(rule[f"{edge}_retries"])) for edge in ("min", "max") if rule.get(f"{edge}_retries") is not None]
    return urlencode(sorted(pairs))


def start(run: PlaybookRun, *, by: User) -> None:
    """Let an approved run begin with its first operation.

    Raises NotPermitted, StateRefused, and ApprovalRequired, which is also recorded as violation V-GATE-002.
    """
    if not by.has_perm("governance.run_playbook"):
        raise NotPermitted("You may not run playbooks.")
    try:
        with transaction.atomic():
            current = PlaybookRun.objects.select_for_update().get(pk=run.pk)
            if blockers := policies.start_blockers(current):
                raise StateRefused(" ".join(blockers))
            if current.gate:
                _use_approval(current)
            current.state = PlaybookRun.State.RUNNING
            current.started_at = timezone.now()
            current.before = snapshot()
            current.save(update_fields=["state", "started_at", "before"])
            advance(current)
    except ApprovalRequired as refusal:
        violations.record_missing_approval(run, by=by, message=refusal.sentence)
        raise
    run.refresh_from_db()


def _use_approval(run: PlaybookRun) -> None:
    approval = run.approvals.select_for_update().order_by("-id").first()
    if blockers := policies.approval_blockers(approval, plan_hash=run.plan_hash):
        raise ApprovalRequired(
            f"{run} needs approval by policy {run.gate}. {' '.join(blockers)} Nothing was changed.",
            what_to_do="Ask for approval; somebody else in the group of managers decides.",
        )
    if approval is not None:
        approval.state = Approval.State.USED
        approval.used_at = timezone.now()
        approval.save(update_fields=["state", "used_at"])


def advance(run: PlaybookRun) -> None:
    """Begin the next operation that waits, or end the run. Call inside a transaction; nothing happens while one is live."""
    found = list(run.operations.select_for_update().order_by("position"))
    if any(operation.state in Operation.LIVE_STATES for operation in found):
        return
    waiting = next((operation for operation in found if operation.state in Operation.WAITING_STATES), None)
    if waiting is not None:
        operations.begin(waiting, by=run.requester)
        return
    run.state = PlaybookRun.State.CANCELLED if any(operation.state == Operation.State.CANCELLED for operation in found) else PlaybookRun.State.DONE
    run.finished_at = timezone.now()
    run.after = snapshot()
    run.save(update_fields=["state", "finished_at", "after"])
    queue.send_on_commit(REPORT_TASK, run.pk)


def close(run: PlaybookRun, state: str, *, note: str) -> None:
    """End a run that has not begun, with all its plans. Call inside a transaction."""
    for operation in run.operations.select_for_update().filter(state__in=Operation.WAITING_STATES):
        operations.close(operation, Operation.State.CANCELLED, note=note)
    run.state = state
    run.state_note = note
    run.finished_at = timezone.now()
    run.save(update_fields=["state", "state_note", "finished_at"])


def discard(run: PlaybookRun, *, by: User) -> None:
    """Throw a waiting run away. Raises NotPermitted, StateRefused once it has started."""
    if not by.has_perm("governance.run_playbook"):
        raise NotPermitted("You may not discard playbook runs.")
    with transaction.atomic():
        current = PlaybookRun.objects.select_for_update().get(pk=run.pk)
        if current.state not in ("planned", "awaiting", "approved"):
            raise StateRefused(f"{current} is {current.get_state_display().lower()}: only a run that waits can be discarded.")
        current.approvals.filter(state__in=["pending", "approved"]).update(state="withdrawn", decided_at=timezone.now())
        close(current, PlaybookRun.State.CANCELLED, note=f"Discarded by {by.get_username()}.")
    run.refresh_from_db()


def expire_waiting(*, at: datetime | None = None) -> int:
    """End runs that waited too long; returns how many."""
    at = at or timezone.now()
    stale = PlaybookRun.objects.filter(state__in=["planned", "awaiting", "approved"], expires_at__lte=at)
    for run in stale:
        with transaction.atomic():
            current = PlaybookRun.objects.select_for_update().get(pk=run.pk)
            current.approvals.filter(state__in=["pending", "approved"]).update(state="expired", decided_at=at)
            close(current, PlaybookRun.State.EXPIRED, note="It waited too long: plan it again.")
    return len(stale)


FINGERPRINTS = {
    "policies": """SELECT md5(concat_ws('|',
        (SELECT string_agg(t::text, ',' ORDER BY name) FROM governance_errortable t),
        (SELECT string_agg(c::text, ',' ORDER BY code) FROM governance_errorcode c),
        (SELECT string_agg(h::text, ',' ORDER BY id) FROM governance_hub h),
        (SELECT string_agg(p::text, ',' ORDER BY name, version) FROM governance_approvalpolicy p)))""",
    "ids": "SELECT count(*) || ':' || coalesce(sum(hashtextextended(outreach_id::text, 0)::numeric), 0) FROM governance_outreach",
    "done": """SELECT concat_ws(':', count(*) FILTER (WHERE ct_done), count(*) FILTER (WHERE dol_done), count(*) FILTER (WHERE people_done),
        coalesce(sum(hashtextextended(concat(outreach_id, ct_done, dol_done, people_done, blog_done, bit_done), 0)::numeric), 0)) FROM governance_readiness""",
}


def snapshot() -> dict[str, Any]:
    """Return what a report compares before and after: tiers, and fingerprints of policies, spine ids and done flags."""
    found: dict[str, Any] = {"tiers": effects.tiers()}
    with connection.cursor() as cursor:
        for name, sql in FINGERPRINTS.items():
            cursor.execute(sql)
            found[name] = cursor.fetchone()[0]
    return found
