"""What each filter of violations keeps, and what it refuses."""

import pytest
from django.http import QueryDict

from governance.filters.violations import ViolationFilter
from governance.models import ViolationCase
from outreach_admin.exceptions import BadRequest
from tests import make

pytestmark = pytest.mark.django_db


def found(query):
    return {one.pk for one in ViolationFilter(QueryDict(query), ViolationCase.objects.all()).qs}


@pytest.mark.parametrize(
    "query",
    [
        "code=V-TOOL-003",
        "tool=apollo-enricher",
        "hub=HUB-PEOPLE",
        "severity=HIGH",
        "disposition=RETRY",
        "owner=HUB-PEOPLE+team",
        "ttl_tier=MEDIUM",
        "q=no+KEY",
        "seen_after=7d-ago",
        "expires_after=in-7d",
        "blocks=false",
    ],
)
def test_each_filter_keeps_the_rows_that_it_names(query):
    make.violation(at="2026-01-01T00:00:00Z")
    wanted = make.violation(
        "V-TOOL-003",
        outreach=None,
        tool="apollo-enricher",
        hub_id="HUB-PEOPLE",
        message="No key is there.",
    )

    assert found(query) == {wanted.pk}


def test_a_company_is_named_by_id_or_domain():
    make.violation()
    on = make.outreach()
    wanted = make.violation(outreach=on)

    assert found(f"company={on.pk}") == found(f"company={on.domain}") == {wanted.pk}
    assert found("company=stranger.example") == set()


@pytest.mark.parametrize(
    "query", ["code=V-NONE", "q=ab", "blocks=maybe", "hubs=x", "seen_after=soon"]
)
def test_what_it_does_not_know_selects_nothing(query):
    with pytest.raises(BadRequest):
        found(query)


def test_a_hub_is_shown_by_its_name_and_a_code_alone():
    shown = ViolationFilter(QueryDict(), ViolationCase.objects.all())

    assert shown.label_of("hub", "HUB-PEOPLE") == "People Intelligence"
    assert shown.label_of("hub", "HUB-NEW") == "HUB-NEW"
    assert shown.label_of("code", "V-GATE-001") == "V-GATE-001"
