"""What to do next, derived from the figures of the run."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any


def derive(body: Mapping[str, Any]) -> list[str]:
    """Return one sentence per figure that asks for something, the largest holes first; no figure, no sentence."""
    return [
        *_pipelines(body["not_ready"], body["facts"]),
        *_errors(body["facts"], body["not_ready_blocked"]),
        *_rows(body["facts"]),
    ]


def _pipelines(not_ready: Mapping[str, int], facts: Mapping[str, Any]) -> Iterable[str]:
    if not_ready.get("ct_pending"):
        yield f"Run the Company Target pipeline on {not_ready['ct_pending']:,} pending records."
    if not_ready.get("no_ct_record"):
        yield f"Create Company Target records for {not_ready['no_ct_record']:,} companies that have none."
    if facts["dol_missing"]:
        yield f"Run the DOL pipeline for EIN matching: {facts['dol_missing']:,} companies past NOT_READY have no filing with an EIN."
    if facts["people_missing"]:
        yield f"Run the People pipeline: {facts['people_missing']:,} companies past NOT_READY have unfilled slots."


def _errors(facts: Mapping[str, Any], failed_and_blocked: int) -> Iterable[str]:
    if failed_and_blocked:
        yield f"Clear the blocking errors of {failed_and_blocked:,} failed Company Target records before they can be reset."
    if facts["first_attempt_at"]:
        yield f"Let the pipelines take up the retried errors: their next attempts are due from {_minute(facts['first_attempt_at'])} to {_minute(facts['last_attempt_at'])} UTC."
    if facts["parked"]:
        yield f"Review {facts['parked']:,} parked errors: they keep blocking until somebody resolves, retries or archives them."
    if facts["parked_past_ttl"]:
        yield f"Decide on {facts['parked_past_ttl']:,} of them first: they are past their TTL and the daily job will archive them."


def _minute(text: str) -> str:
    return f"{datetime.fromisoformat(text).astimezone(UTC):%Y-%m-%d %H:%M}"


def _rows(facts: Mapping[str, Any]) -> Iterable[str]:
    if facts["changed_since_plan"]:
        yield f"Plan again: {facts['changed_since_plan']:,} rows were changed by others between plan and run and were left alone."
    if facts["failed"]:
        yield f"Look at {facts['failed']:,} rows that failed; each operation lists them with the reason."
