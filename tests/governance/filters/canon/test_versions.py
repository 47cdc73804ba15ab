"""What versions of the canon can be filtered by."""

import pytest
from django.http import QueryDict

from governance.filters.canon.versions import VersionFilter
from governance.models import CanonVersion
from governance.services.canon import versions
from outreach_admin.exceptions import BadRequest
from tests import make
from tests.governance.canon import canons

pytestmark = pytest.mark.django_db


def kept(query):
    found = VersionFilter(QueryDict(query), CanonVersion.objects.all()).qs
    return {one.version for one in found}


def test_versions_are_kept_by_whether_they_were_in_force():
    versions.load(canons.text(3), by=make.manager())

    assert kept("state=enforced") == {2}
    assert kept("state=waiting") == {3}


def test_versions_are_kept_by_person_and_time():
    versions.load(canons.text(3), by=make.manager(username="ines"))

    assert kept("by=ines") == {3}
    assert kept("after=1h-ago&state=waiting") == {3}
    assert kept("until=in-48h") == {2, 3}


@pytest.mark.parametrize("query", ["state=broken", "after=soon", "version=3"])
def test_what_is_not_offered_is_refused(query):
    with pytest.raises(BadRequest):
        kept(query)
