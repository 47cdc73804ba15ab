"""What companies that moved can be filtered by."""

import uuid
from urllib.parse import urlencode

import pytest

from governance.filters.readiness.moves import MoveFilter
from governance.models import Tier, TierTransition
from governance.queries.readiness import moves
from governance.services import snapshots
from outreach_admin.exceptions import BadRequest
from tests import make
from tests.governance.transitions import MISSING, days_ago, moved

pytestmark = pytest.mark.django_db
READY = (Tier.ANCHOR_DONE, "")


@pytest.fixture
def companies() -> dict[str, uuid.UUID]:
    """One that came, one that rose, one that is known by name."""
    found = {"came": uuid.uuid4(), "rose": uuid.uuid4(), "named": make.outreach().pk}
    moved(found["came"], 3, None, MISSING)
    for name in ("rose", "named"):
        moved(found[name], 6, None, MISSING)
        moved(found[name], 3, MISSING, READY)
    return found


def found(text: str) -> set[uuid.UUID]:
    days = [snapshots.take(days_ago(one)) for one in (5, 2)]
    kept = MoveFilter.from_text(text, moves.between(*days)).qs
    return set(kept.values_list("outreach_id", flat=True))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", {"came", "rose", "named"}),
        ("from_tier=absent", {"came"}),
        ("to_tier=TIER_0_ANCHOR_DONE", {"rose", "named"}),
        ("to_reason=none", {"rose", "named"}),
        ("from_reason=none", {"came"}),
        ("from_reason=CT_MISSING&to_tier=NOT_READY", set()),
    ],
)
def test_companies_are_kept_by_where_they_came_from_and_went(text, names, companies):
    assert found(text) == {companies[name] for name in names}


def test_a_company_is_found_by_id_and_domain(companies):
    named = make.Outreach.objects.get(pk=companies["named"])

    assert found(urlencode({"q": str(companies["came"])})) == {companies["came"]}
    assert found(urlencode({"q": named.domain})) == {companies["named"]}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("to_tier=TIER_9", "to_tier"),
        ("from=garbage", "It is not a day"),
        ("reason=CT_MISSING", "Unknown filter"),
        ("q=ab", "q"),
    ],
)
def test_what_is_no_filter_is_refused(text, sentence):
    with pytest.raises(BadRequest, match=sentence):
        MoveFilter.from_text(text, TierTransition.objects.none())


def test_a_company_that_left_is_found_through_the_changes_too(companies):
    days = [snapshots.take(days_ago(one)) for one in (5, 2)]
    for tier in ("absent", "NOT_READY"):
        asked = MoveFilter.from_text(f"to_tier={tier}", moves.between(*days))
        asked.changes = moves.inside(*days)

        assert {one.outreach_id for one in asked.qs} == found(f"to_tier={tier}")
