"""What the lists that campaigns were given are found by."""

import pytest

from governance.filters.campaigns import CampaignFilter
from governance.models import CampaignList, Readiness
from governance.services.files import campaigns
from outreach_admin.exceptions import BadRequest
from tests import make

pytestmark = pytest.mark.django_db


def found(text: str) -> set[CampaignList]:
    return set(CampaignFilter.from_text(text, CampaignList.objects.all()).qs)


def test_lists_are_found_by_person_checksum_and_moment():
    mine, other = make.analyst(), make.analyst()
    make.promotable()
    first = campaigns.take(Readiness.objects.all(), filter="", by=mine)
    make.promotable()
    second = campaigns.take(Readiness.objects.all(), filter="", by=other)

    assert found(f"requester={mine.username}") == found(f"checksum={first.checksum}") == {first}
    assert found("taken_after=1h-ago") == {first, second}
    assert found("taken_before=1h-ago") == set()


def test_what_lists_do_not_have_is_refused():
    with pytest.raises(BadRequest, match="“tier”"):
        found("tier=NOT_READY")
