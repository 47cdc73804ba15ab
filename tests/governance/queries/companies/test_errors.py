"""The errors of one company."""

import pytest

from governance.queries.companies import errors
from tests import make

pytestmark = pytest.mark.django_db


def test_open_ones_come_newest_first_and_the_rest_is_counted():
    spine = make.outreach()
    older, newer = make.error(outreach=spine), make.error(make.DOL, outreach=spine)
    make.error(make.PEOPLE, outreach=spine, disposition="RESOLVED")
    make.error(make.URL, outreach=spine)
    kept = make.archived(outreach=spine)
    make.error()

    found = errors.of(spine.pk)

    assert found.open == [newer, older]
    assert found.others == {"ARCHIVED": 1, "RESOLVED": 1}
    assert (found.archived, found.archived_count) == ([kept], 1)


def test_of_many_the_first_are_given():
    spine = make.outreach()
    make.errors(60, outreach=spine)
    for _ in range(12):
        make.archived(outreach=spine)

    found = errors.of(spine.pk)

    assert (len(found.open), len(found.archived), found.archived_count) == (50, 10, 12)


def test_a_company_without_errors_has_none():
    assert errors.of(make.outreach().pk) == errors.Errors([], [])
