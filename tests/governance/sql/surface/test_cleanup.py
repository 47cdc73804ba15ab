"""A script that knows the seed's schema alone cleans the backlog up, and the console has it to the row."""

from typing import Any

import pytest

from governance.models import Tier
from tests.governance.sql.surface import seedscript, sessions
from tests.governance.sql.surface.sessions import WORKER, Session

SEEDS_TIERS = {
    "NOT_READY": 4_314,
    "TIER_0_ANCHOR_DONE": 34_124,
    "TIER_2_ENRICHMENT_COMPLETE": 3_737,
    "TIER_3_CAMPAIGN_READY": 17,
}
OURS = "SELECT tier, count(*) FROM governance_readiness GROUP BY tier"
DRIFT = "SELECT count(*) FROM governance.readiness_drift"
RECORDED = """SELECT subject_type, action, count(*) FROM governance_event
    WHERE db_user = %s AND actor IS NULL GROUP BY 1, 2"""
QUEUED = """SELECT count(*) FROM governance_huberror
    WHERE next_retry_at > now() AND last_retry_at = now() AND disposition = 'RETRY'"""
# one row of each kind in so many: the same statements, for a run of every test
SAMPLED = (
    "DELETE FROM governance_huberror WHERE hashtext(id::text) %% %s <> 0 AND disposition = 'RETRY'"
)
DONE = {
    "dol_errors_parked": 29_740,
    "ct_errors_parked": 26,
    "ct_errors_retried": 4_378,
    "people_errors_retried": 1_053,
    "ct_reset_to_pending": 13,
}


def as_worker(on: Session) -> seedscript.Run:
    on.become(WORKER)

    def run(statement: str, *given: Any) -> list[tuple[Any, ...]]:
        return on.rows(statement, *given)

    return run


def ours(on: Session) -> dict[str, int]:
    on.owner_does("SELECT 1")
    return dict(on.rows(OURS))


def recorded(on: Session) -> dict[tuple[str, str], int]:
    on.owner_does("SELECT 1")
    return {(subject, action): rows for subject, action, rows in on.rows(RECORDED, WORKER)}


@pytest.mark.soak
def test_the_seeds_script_cleans_the_whole_backlog_up(backlog, db):
    with sessions.session() as on:
        assert seedscript.tiers(as_worker(on)) == SEEDS_TIERS == ours(on)

        done = seedscript.cleanup(as_worker(on))

        assert dict(done) == DONE
        assert recorded(on) == {
            ("outreach.dol_errors", "PARK"): 29_740,
            ("outreach.company_target_errors", "PARK"): 26,
            ("outreach.company_target_errors", "RETRY"): 4_378,
            ("people.people_errors", "RETRY"): 1_053,
            ("outreach.company_target", "UPDATE"): 13,
        }
        assert sum(recorded(on).values()) == 35_210
        assert seedscript.tiers(as_worker(on)) == SEEDS_TIERS == ours(on)
        assert on.rows(DRIFT) == [(0,)]


def test_a_part_of_the_backlog_is_cleaned_up_to_the_row(backlog, db):
    with sessions.session() as on:
        on.owner_does(SAMPLED, 300)
        assert set(seedscript.tiers(as_worker(on))) <= set(Tier.values)
        on.become(WORKER)

        done = seedscript.cleanup(as_worker(on))

        assert sum(done.values()) == sum(recorded(on).values()) > 80
        assert done["dol_errors_parked"] == recorded(on)[("outreach.dol_errors", "PARK")]
        queued = done["ct_errors_retried"] + done["people_errors_retried"]
        assert on.rows(QUEUED) == [(queued,)]
        assert seedscript.tiers(as_worker(on)) == ours(on)
        assert on.rows(DRIFT) == [(0,)]
