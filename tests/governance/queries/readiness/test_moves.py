"""Companies that moved, as rows and counted: both tell of the same companies."""

import uuid
from datetime import datetime
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.models import ReadinessSnapshot, Reason, Tier
from governance.queries.readiness import moves
from governance.queries.readiness import snapshots as kept
from governance.services import snapshots
from tests.governance.transitions import MISSING, came_and_went, days_ago, moved

pytestmark = pytest.mark.django_db
PENDING = (Tier.NOT_READY, Reason.CT_PENDING)
READY = (Tier.ANCHOR_DONE, "")


def pair(first: int, last: int) -> list[ReadinessSnapshot]:
    return [snapshots.take(days_ago(days)) for days in (first, last)]


def pair_of_moments() -> dict[str, datetime]:
    return {
        "after": kept.end_of(days_ago(4)),
        "until": kept.end_of(days_ago(1)),
    }


def told(before, after) -> tuple[str, str, str, str]:
    return (before[0], after[0], before[1], after[1])


def test_a_row_tells_where_a_company_came_from_and_went():
    went, back, up = came_and_went(came=6, went=3), uuid.uuid4(), uuid.uuid4()
    for days, before, after in ((6, None, MISSING), (3, MISSING, PENDING), (2, PENDING, MISSING)):
        moved(back, days, before, after)
    for days, before, after in ((6, None, MISSING), (3, MISSING, PENDING), (2, PENDING, READY)):
        moved(up, days, before, after)

    found = moves.between(*pair(4, 1))

    assert {
        one.outreach_id: (one.stood_tier, one.stands_tier, one.stood_reason, one.stands_reason)
        for one in found
    } == {
        went: (MISSING[0], moves.ABSENT, MISSING[1], ""),
        up: told(MISSING, READY),
    }


def test_the_count_has_memory_of_its_own():
    came_and_went(came=6, went=3)
    days = pair(4, 1)

    with CaptureQueriesContext(connection) as captured:
        moves.counted(*days)

    assert "SET LOCAL work_mem TO '256MB'" in [one["sql"] for one in captured]


def test_what_happened_outside_the_days_is_left_out():
    came_and_went(came=6, went=1)

    assert not moves.between(*pair(5, 2)).exists()
    assert moves.counted(*pair(5, 2)).cells == []


def test_the_counts_are_those_of_the_rows():
    for _ in range(3):
        company = uuid.uuid4()
        moved(company, 6, None, MISSING)
        moved(company, 3, MISSING, READY)
    came_and_went(came=3, went=1)
    days = pair(4, 2)

    found = {tuple(cell.values.values()): cell.rows for cell in moves.counted(*days).cells}

    assert found == {
        (Tier.NOT_READY, Tier.ANCHOR_DONE, Reason.CT_MISSING, moves.NOTHING): 3,
        (moves.ABSENT, Tier.NOT_READY, moves.NOTHING, Reason.CT_MISSING): 1,
    }
    assert sum(found.values()) == moves.between(*days).count()


def test_every_way_that_a_company_can_go_is_told_apart():
    """The numbers of the database are the places that the count reads them by."""
    stood = [
        None,
        *product(Tier.values, ["", *Reason.values]),
    ]
    for standing in stood:
        company = uuid.uuid4()
        moved(company, 6, None, MISSING)
        moved(company, 3, standing, (Tier.CAMPAIGN_READY, Reason.PEOPLE_ERROR))
    days = pair(4, 2)

    cells = moves.counted(*days).cells

    went = {(one.values["from_tier"], one.values["from_reason"]): one.rows for one in cells}
    names = {
        (tier, reason or moves.NOTHING)
        for tier, reason in (one or (moves.ABSENT, "") for one in stood)
    }
    assert went == dict.fromkeys(names - {(Tier.CAMPAIGN_READY, Reason.PEOPLE_ERROR)}, 1)
    assert {(one.values["to_tier"], one.values["to_reason"]) for one in cells} == {
        (Tier.CAMPAIGN_READY, Reason.PEOPLE_ERROR)
    }


def test_the_count_adds_up_marks_in_one_pass():
    """Working out marks from texts, row by row, took half of the time."""
    days = pair_of_moments()

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (VERBOSE) {moves.COUNTED}", days)
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert plan.count(" on public.governance_tiertransition") == 1
    assert "max(governance_tiertransition.to_mark)" in plan
    assert "CASE" not in plan
