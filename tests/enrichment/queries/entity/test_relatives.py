"""A company's place on the spine."""

import pytest

from enrichment.queries.entity import relatives
from tests import make

pytestmark = pytest.mark.django_db


def test_a_company_is_found_on_the_spine_by_its_domain():
    spine = make.outreach(domain="ironclad.com")
    make.outreach(domain="other.example")

    assert [one.pk for one in relatives.on_spine("ironclad.com")] == [spine.pk]
    assert list(relatives.on_spine("nobody.example")) == []
