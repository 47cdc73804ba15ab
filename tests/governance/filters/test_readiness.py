"""What companies can be filtered by when their readiness goes out."""

import pytest

from governance.filters.readiness import ReadinessFilter
from governance.models import Readiness
from outreach_admin.exceptions import BadRequest
from tests import make

pytestmark = pytest.mark.django_db


def found(text: str) -> set:
    filtered = ReadinessFilter.from_text(text, Readiness.objects.all())
    return set(filtered.qs.values_list("pk", flat=True))


def test_companies_are_found_by_tier_flags_and_target():
    ready, failed, bare = make.promotable(), make.target("failed").outreach, make.outreach()

    assert found("tier=TIER_0_ANCHOR_DONE") == found("promotable=true") == {ready.pk}
    assert found("promotable=false") == found("tier=NOT_READY") == {failed.pk, bare.pk}
    assert found("ct_status=failed") == {failed.pk}
    assert found("ct_done=true&dol_done=true&people_done=true&blog_done=false") == {ready.pk}
    assert found("bit_done=true") == set()


def test_each_company_has_the_bottleneck_that_finds_it():
    make.target("failed")
    row = Readiness.objects.get()

    assert row.bottleneck
    assert found(f"bottleneck={row.bottleneck}") == {row.pk}


@pytest.mark.parametrize(
    ("text", "key"),
    [("tier=TIER_9", "tier"), ("promotable=maybe", "promotable"), ("name=x", "name")],
)
def test_what_companies_do_not_have_is_refused(text, key):
    with pytest.raises(BadRequest, match=f"“{key}”"):
        found(text)
