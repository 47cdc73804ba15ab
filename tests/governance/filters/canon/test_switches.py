"""What kill switches can be filtered by."""

import pytest
from django.http import QueryDict

from governance.filters.canon.switches import SwitchFilter
from governance.models import KillSwitch
from governance.services.canon import switches
from outreach_admin.exceptions import BadRequest
from tests import make
from tests.governance.queries.canon.test_tools import stopped

pytestmark = pytest.mark.django_db


def kept(query):
    return set(SwitchFilter(QueryDict(query), KillSwitch.objects.all()).qs)


def test_switches_are_kept_by_how_they_stand():
    released = switches.release(stopped(), by=make.manager(), reason="Mended.")
    standing = stopped("scraper-api")

    assert kept("state=standing") == {standing}
    assert kept("state=released") == {released}


def test_switches_are_kept_by_tool_person_and_time():
    mine, other = stopped(by=make.triager(username="ops")), stopped("scraper-api")

    assert kept("tool=scraper-api") == {other}
    assert kept("by=ops") == {mine}
    assert kept("after=1h-ago") == {mine, other}
    assert kept("until=1h-ago") == set()


@pytest.mark.parametrize("query", ["state=broken", "after=soon", "colour=red", "tool=nul%00"])
def test_what_is_not_offered_is_refused(query):
    with pytest.raises(BadRequest):
        kept(query)
