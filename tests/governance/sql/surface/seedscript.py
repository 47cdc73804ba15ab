"""The clean-up as an agent writes it against the seed's schema alone, row by row, by whatever connection it is given."""

from collections import Counter
from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]
READINESS = (
    "SELECT readiness_tier, count(*) FROM shq.vw_promotion_readiness GROUP BY readiness_tier"
)
WAITING = "SELECT {columns} FROM {table} WHERE disposition = 'RETRY'::error_disposition AND archived_at IS NULL"
PARK = """UPDATE {table} SET disposition = 'PARKED'::error_disposition, parked_at = NOW(),
    parked_by = 'ops_cleanup_agent', park_reason = %s WHERE error_id = %s"""
RETRY = (
    "UPDATE {table} SET retry_count = retry_count + 1, last_retry_at = NOW() WHERE error_id = %s"
)
FAILED = """SELECT target_id, outreach_id FROM outreach.company_target t
    WHERE execution_status = 'failed'
        AND NOT shq.fn_has_blocking_company_target_errors(t.outreach_id)"""
RESET = "UPDATE outreach.company_target SET execution_status = 'pending' WHERE target_id = %s"
MOST_TRIES = 2
DOL, CT, PEOPLE = "outreach.dol_errors", "outreach.company_target_errors", "people.people_errors"


def cleanup(run: Run) -> Counter[str]:
    """Park what cannot be mended, retry the rest, reset failed targets that nothing blocks; return what was done."""
    done: Counter[str] = Counter()
    for error_id, code in run(WAITING.format(columns="error_id, failure_code", table=DOL)):
        if code in ("NO_MATCH", "NO_STATE"):
            run(PARK.format(table=DOL), "STRUCTURAL_NO_DOL_MATCH", error_id)
            done["dol_errors_parked"] += 1
    for table, name, reason in (
        (CT, "ct", "NO_MX_AFTER_RETRIES"),
        (PEOPLE, "people", "RETRIES_EXHAUSTED"),
    ):
        for error_id, tries in run(WAITING.format(columns="error_id, retry_count", table=table)):
            if tries >= MOST_TRIES:
                run(PARK.format(table=table), reason, error_id)
                done[f"{name}_errors_parked"] += 1
            else:
                run(RETRY.format(table=table), error_id)
                done[f"{name}_errors_retried"] += 1
    for target_id, _ in run(FAILED):
        run(RESET, target_id)
        done["ct_reset_to_pending"] += 1
    return done


def tiers(run: Run) -> dict[str, int]:
    """Return how many ids are of each tier."""
    return dict(run(READINESS))
