"""The companies of the backlog: their hubs, slots and people, and how ready they are."""

from collections import Counter

import pytest
from django.db.models import Count, Q
from django.db.models.functions import TruncDate

from governance.models import (
    BitScore,
    BlogContent,
    CompanyMaster,
    CompanySlot,
    CompanyTarget,
    DolFiling,
    Outreach,
    Person,
    Readiness,
)
from tests.governance.demo.rows import ids, scalar

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("backlog")]


def test_the_spine_has_one_id_per_company_each_with_a_domain():
    assert Outreach.objects.count() == 42_192
    assert Outreach.objects.exclude(domain="").values("domain").distinct().count() == 42_192


def test_company_targets_by_status_and_what_they_hold():
    filled = Q(
        email_method="first.last",
        confidence_score="0.70",
        imo_completed_at__isnull=False,
    )
    empty = Q(
        email_method__isnull=True,
        method_type__isnull=True,
        confidence_score__isnull=True,
    )

    assert CompanyTarget.objects.count() == 41_425
    assert CompanyTarget.objects.filter(filled, execution_status="ready").count() == 37_878
    assert (
        CompanyTarget.objects.filter(
            empty, execution_status="pending", imo_completed_at__isnull=True
        ).count()
        == 2_692
    )
    assert (
        CompanyTarget.objects.filter(
            empty, execution_status="failed", imo_completed_at__isnull=False
        ).count()
        == 855
    )
    assert Outreach.objects.filter(target__isnull=True).count() == 767


def test_the_tiers_are_those_of_the_report():
    assert dict(Readiness.objects.values_list("tier").annotate(Count("pk"))) == {
        "NOT_READY": 4_314,
        "TIER_0_ANCHOR_DONE": 34_124,
        "TIER_2_ENRICHMENT_COMPLETE": 3_737,
        "TIER_3_CAMPAIGN_READY": 17,
    }


def test_filings_are_done_on_as_many_ids_as_rows_and_the_rest_proves_nothing():
    done = DolFiling.objects.exclude(Q(ein=None) | Q(ein="")).filter(filing_present=True)
    others = DolFiling.objects.exclude(pk__in=done.values("pk"))
    with_filing = ids(done)

    assert DolFiling.objects.count() == 16_860
    assert (
        done.count()
        == len(with_filing)
        == Readiness.objects.filter(dol_done=True).count()
        == 11_685
    )
    assert others.count() == 5_175
    assert all(
        ein is None or outreach in with_filing
        for ein, outreach in others.values_list("ein", "outreach_id")
    )


def test_blog_and_bit_rows():
    assert BlogContent.objects.count() == 41_425
    assert (
        BitScore.objects.filter(score__isnull=False, signal_count__gt=0).count()
        == BitScore.objects.count()
        == 13_226
    )


def test_slots_are_three_per_id_and_1017_ids_have_all_of_them_filled():
    per_id = CompanySlot.objects.values("outreach").annotate(
        filled=Count("pk", filter=Q(is_filled=True)), all=Count("pk")
    )

    assert CompanySlot.objects.count() == 126_576
    assert Counter(CompanySlot.objects.values_list("slot_type", flat=True)) == {
        "CEO": 42_192,
        "CFO": 42_192,
        "HR": 42_192,
    }
    assert CompanySlot.objects.filter(is_filled=True).count() == 27_303
    assert per_id.filter(filled=3).count() == 1_017
    assert not CompanySlot.objects.exclude(is_filled=Q(person_unique_id__isnull=False)).exists()


def test_people_and_the_17_verified_ids_of_tier_3():
    verified = Person.objects.filter(email_verified=True)
    complete = ids(Readiness.objects.filter(people_done=True))

    assert Person.objects.count() == 324
    assert len(ids(verified) & complete) == 17
    assert ids(verified) & complete == ids(Readiness.objects.filter(tier="TIER_3_CAMPAIGN_READY"))
    assert not Person.objects.exclude(email__endswith=".example").exists()


def test_200_ids_have_three_hubs_done_and_120_of_them_wait_for_one_group_of_errors():
    done = Readiness.objects.filter(ct_done=True, dol_done=True, people_done=True)

    assert done.count() == 200
    assert (
        done.filter(promotable=True).count()
        == Readiness.objects.filter(promotable=True).count()
        == 80
    )
    assert (
        done.filter(people_blocking__gt=0, ct_blocking=0, dol_blocking=0, other_blocking=0).count()
        == 70
    )
    assert (
        done.filter(ct_blocking__gt=0, people_blocking=0, dol_blocking=0, other_blocking=0).count()
        == 50
    )


def test_company_master_lacks_domain_and_pattern_where_the_company_is_not_ready():
    neither = CompanyMaster.objects.filter(domain=None, email_pattern=None)

    assert (
        CompanyMaster.objects.filter(outreach__isnull=False).count()
        == CompanyMaster.objects.count()
        == 42_192
    )
    assert ids(neither) == ids(Readiness.objects.filter(tier="NOT_READY"))
    assert not CompanyMaster.objects.filter(Q(domain=None) ^ Q(email_pattern=None)).exists()


def test_ids_without_a_target_came_on_the_last_days_of_january():
    late = Outreach.objects.filter(target__isnull=True)

    assert Counter(when.day for when in late.values_list(TruncDate("created_at"), flat=True)) == {
        27: 289,
        28: 419,
        29: 38,
        30: 21,
    }


def test_companies_have_names_and_domains_of_their_own_that_cannot_exist():
    assert CompanyMaster.objects.values("company_name").distinct().count() == 42_192
    assert not Outreach.objects.exclude(domain__regex=r"^[a-z]{6,60}\.example$").exists()
    assert (
        40
        < CompanyMaster.objects.exclude(address_state=None)
        .values("address_state")
        .distinct()
        .count()
        <= 51
    )


def test_readiness_equals_its_definition():
    assert scalar("SELECT count(*) FROM governance.readiness_drift") == 0
