"""What the page of handed out lists shows."""

import pytest

from governance.tables.campaigns import CampaignTable
from tests.governance.tables import drawn
from tests.walk.world import World

pytestmark = pytest.mark.django_db


def test_a_list_is_shown_with_who_has_it_and_how_many_companies():
    given = World().campaign

    shown = drawn.row(CampaignTable, given)

    assert f'href="/campaigns/{given.pk}/" data-open>LIST-{given.pk}<' in drawn.text(shown["list"])
    assert drawn.text(shown["companies"]) == "1"
    assert drawn.text(shown["filter"]) == "every company"
    assert given.requester.get_full_name() in drawn.text(shown["requester"])
    assert drawn.text(shown["checksum"]) == f"{given.checksum[:12]}…"
