"""What companies can be filtered by as chosen in lists and charts."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone

from governance.filters.companies import CompanyFilter
from governance.models import Readiness
from governance.services.operations import plans
from outreach_admin.exceptions import BadRequest
from tests import make

pytestmark = pytest.mark.django_db


def found(text: str) -> set:
    filtered = CompanyFilter.from_text(text, Readiness.objects.all())
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


def test_companies_are_found_by_what_they_lack():
    bare, ready = make.outreach(), make.promotable()
    make.company(outreach=ready, address_state="OH")

    assert found("ct_status=none") == found("state=none") == {bare.pk}
    assert found("bottleneck=none") == found("reason=none") == {ready.pk}
    assert found("state=none&state=OH") == {bare.pk, ready.pk}
    assert found("promotable=true&promotable=false") == {bare.pk, ready.pk}


def test_texts_that_are_no_state_are_found_together_and_each_for_itself():
    ohio, bavaria, texas = (
        make.company(address_state=text).outreach_id for text in ("Ohio", "Bavaria", "TX")
    )
    bare = make.outreach().pk

    assert found("state=other") == {ohio, bavaria}
    assert found("state=Ohio") == {ohio}
    assert found("state=Ohio&state=TX&state=none") == {ohio, texas, bare}
    assert found("state=ohio") == set()


def test_the_counters_know_states_but_no_other_text():
    filters = {
        text: CompanyFilter.from_text(text, Readiness.objects.all())
        for text in ("state=other&state=OH&state=none", "tier=NOT_READY&state=Ohio")
    }

    known, unknown = filters.values()

    assert (known.is_counted, unknown.is_counted) == (True, False)
    assert known.wanted == {"state": {"other", "OH", "none"}}
    assert unknown.wanted == {"tier": {"NOT_READY"}}


def test_companies_are_found_by_name_domain_and_id():
    company = make.company(company_name="Hartfell Clinics")
    make.outreach()

    wanted = {company.outreach_id}
    assert found("q=hartfell") == wanted
    assert found(f"q=https://{company.outreach.domain}/about") == wanted
    assert found(f"company={company.outreach.domain}") == wanted
    assert found(f"company={company.outreach_id}") == wanted


def test_companies_are_found_by_their_open_errors_and_the_age_of_the_oldest_blocker():
    now = timezone.now()
    old, young, idle = (make.outreach() for _ in range(3))
    make.error(outreach=old, created_at=now - timedelta(days=9))
    make.error(outreach=old)
    make.error(outreach=young)
    make.error(make.URL, outreach=idle, created_at=now - timedelta(days=9))

    assert found("errors_from=2") == {old.pk}
    assert found("errors_to=1") == {young.pk, idle.pk}
    assert found("blocker_before=7d-ago") == {old.pk}
    assert found("blocker_after=7d-ago") == {young.pk}

    held, closed = make.outreach(), make.outreach()
    make.violation(outreach=held, at=now - timedelta(days=9))
    make.violation("V-GATE-003", outreach=closed, at=now - timedelta(days=9))
    make.violation(outreach=young, at=now - timedelta(days=1))

    assert found("blocker_before=7d-ago") == {old.pk, held.pk}
    assert found("blocker_after=7d-ago") == {young.pk}


def test_companies_are_found_by_the_errors_that_they_have_and_by_what_clearing_these_opens():
    ready, bare = make.promotable(), make.outreach()
    for company in (ready, bare):
        make.error(make.DOL, outreach=company)
    make.error(make.CT)

    errors = quote("code=NO_MATCH&disposition=RETRY")

    assert found(f"errors={errors}") == {ready.pk, bare.pk}
    assert found(f"errors={errors}&freed_for=OUTREACH") == {ready.pk}
    assert found(f"errors={errors}&freed_for=BLOG") == set()
    assert found(f"errors={errors}&promotable=true") == set()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("errors=legacy%3D1", "“errors” is not valid: Unknown filter “legacy”. Nothing"),
        ("errors=severity%3DAWFUL", "“errors” is not valid: The value of “severity”"),
        ("errors=code", "“errors” is not valid: The value of “code” is empty"),
        ("errors=q%3D%00", "“errors” is not valid"),
        ("errors=" + "x" * 2001, "“errors” is not valid"),
        ("errors=code%3DA&freed_for=TALENT_FLOW", "“freed_for” is not valid"),
        ("freed_for=DOL", "“freed_for” needs “errors”"),
    ],
)
def test_errors_that_the_queue_would_refuse_select_no_company(text, said):
    with pytest.raises(BadRequest, match=said):
        found(text)


def test_a_filter_of_errors_is_shown_in_the_words_of_the_queue_and_goes_with_its_target():
    asked = CompanyFilter.from_text("errors=code%3DNO_MATCH&freed_for=PEOPLE&tier=NOT_READY")

    chips = {chip.key: chip for chip in asked.chips()}

    assert chips["errors"].value == "Code NO_MATCH"
    assert chips["freed_for"].value == "People"
    assert chips["errors"].remove == "tier=NOT_READY"


def test_moments_inside_the_filter_of_errors_are_counted_from_the_same_now():
    asked = CompanyFilter.from_text("errors=created_before%3D7d-ago&blocker_after=9d-ago")

    assert asked.moments() == {
        "7d-ago": asked.as_of - timedelta(days=7),
        "9d-ago": asked.as_of - timedelta(days=9),
    }


def test_companies_are_found_by_the_plans_that_would_free_them():
    by = make.triager()
    ready, other, bare = make.promotable(), make.promotable(), make.outreach()
    plan, second = (
        plans.make(
            "resolve",
            errors=[make.error(outreach=company) for company in companies],
            by=by,
            note="fixed",
        )
        for companies in ([ready, bare], [other])
    )

    assert found(f"plan={plan.pk}") == {ready.pk, bare.pk}
    assert found(f"plan={plan.pk}&freed_for=OUTREACH") == {ready.pk}
    assert found(f"plan={plan.pk},{second.pk}&freed_for=DOL") == {ready.pk, other.pk}
    assert found("plan=999999999999") == set()


@pytest.mark.parametrize(
    "text", ["plan=x", "plan=1,,2", "plan=-1", "plan=1&errors=code%3DA&freed_for=DOL"]
)
def test_plans_that_cannot_be_read_select_no_company(text):
    with pytest.raises(BadRequest):
        found(text)
