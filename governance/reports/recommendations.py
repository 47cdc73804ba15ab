"""What to do next, derived from the figures of the run."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from outreach_admin.ui.figures import counted


def derive(body: Mapping[str, Any]) -> list[str]:
    """Return one sentence per figure that asks for something, the largest holes first; no figure, no sentence."""
    return [
        *_pipelines(body["not_ready"], body["facts"]),
        *_errors(body["facts"], body["not_ready_blocked"]),
        *_rows(body["facts"]),
        *_jobs(body["facts"]),
    ]


def _pipelines(not_ready: Mapping[str, int], facts: Mapping[str, Any]) -> Iterable[str]:
    if not_ready.get("ct_pending"):
        yield f"Run the Company Target pipeline on {counted(not_ready['ct_pending'], 'pending record')}."
    if not_ready.get("no_ct_record"):
        yield f"Create Company Target records for {counted(not_ready['no_ct_record'], 'company that has none', 'companies that have none')}."
    if facts["dol_missing"]:
        yield f"Run the DOL pipeline for EIN matching: {counted(facts['dol_missing'], 'company past NOT_READY has', 'companies past NOT_READY have')} no filing with an EIN."
    if facts["people_missing"]:
        yield f"Run the People pipeline: {counted(facts['people_missing'], 'company past NOT_READY has', 'companies past NOT_READY have')} unfilled slots."


def _errors(facts: Mapping[str, Any], failed_and_blocked: int) -> Iterable[str]:
    if failed_and_blocked:
        yield f"Clear the blocking errors of {counted(failed_and_blocked, 'failed Company Target record')} before a reset."
    if facts["first_attempt_at"]:
        yield f"Let the pipelines take up the retried errors: their next attempts are due from {_minute(facts['first_attempt_at'])} to {_minute(facts['last_attempt_at'])} UTC."
    if facts["parked"]:
        yield f"Review {counted(facts['parked'], 'parked error')}: what is parked keeps blocking until somebody resolves, retries or archives it."
    if facts["parked_past_ttl"]:
        yield f"Decide on {facts['parked_past_ttl']:,} of them first: the daily job archives what is past its TTL."


def _minute(text: str) -> str:
    return f"{datetime.fromisoformat(text).astimezone(UTC):%Y-%m-%d %H:%M}"


def _rows(facts: Mapping[str, Any]) -> Iterable[str]:
    if facts["changed_since_plan"]:
        yield f"Plan again: {counted(facts['changed_since_plan'], 'row was changed', 'rows were changed')} by others between plan and run and left alone."
    if facts["failed"]:
        yield f"Look at {counted(facts['failed'])} that failed; each operation lists them with the reason."


def _jobs(facts: Mapping[str, Any]) -> Iterable[str]:
    """Say whether the daily job is scheduled and ran; reports of before it was known say nothing."""
    if "daily_schedule" not in facts:
        return
    when, ran = facts["daily_schedule"], facts["daily_ran_at"]
    if when is None:
        yield "Switch the daily governance job on: until then nothing is archived, parked or escalated by itself."
    elif ran is None:
        yield f"See that the daily governance job runs: it is scheduled ({when}) and has not run yet."
    else:
        yield f"Leave what expires to the daily governance job: it is scheduled ({when}) and ran last at {_minute(ran)} UTC."
