"""The archive's filter selects exactly what it says, and refuses the rest."""

import pytest

from governance.filters.archive import ArchiveFilter
from governance.filters.errors import ErrorFilter
from outreach_admin.exceptions import BadRequest
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "text",
    ["archive_reason=WHY", "disposition=RETRY", "archived_by=%00", "archived_before=x", "q=1"],
)
def test_the_archive_refuses_too(text):
    with pytest.raises(BadRequest):
        ArchiveFilter.from_text(text)


def test_the_archive_is_filtered_by_its_own_facts():
    row = make.archived(make.DOL, archive_reason="SUPERSEDED", archived_by="somebody")
    make.archived()

    for text in (
        "archive_reason=SUPERSEDED",
        "archived_by=somebody",
        "error_table=outreach.dol_errors",
        "code=NO_MATCH",
        f"company={row.outreach_id}",
    ):
        assert list(ArchiveFilter.from_text(text).qs) == [row]


def test_archived_text_stays_searchable():
    make.archived(message="a peculiar failure")
    error = make.error(message="another peculiar failure")

    assert ErrorFilter.from_text("q=peculiar").qs.get() == error
    assert ArchiveFilter.from_text("q=another").qs.count() == 0
