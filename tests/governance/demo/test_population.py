"""Every figure of the backlog's population, and what must follow from it."""

import csv
from collections import Counter
from datetime import UTC, date, datetime

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import Count, F, Max, Min, Q, Sum
from django.db.models.functions import TruncDate

from governance.demo import population, signins
from governance.models import (
    BitScore,
    BlogContent,
    CompanyMaster,
    CompanySlot,
    CompanyTarget,
    DolFiling,
    ErrorCount,
    ErrorPattern,
    ErrorText,
    Event,
    HubError,
    Outreach,
    Person,
    Readiness,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("backlog")]

DOL, CT, PEOPLE, URL = (
    "outreach.dol_errors",
    "outreach.company_target_errors",
    "people.people_errors",
    "company.url_discovery_failures",
)


def errors(table: str, **conditions: object):
    return HubError.objects.filter(error_table=table, **conditions)


def ids(rows) -> set:
    return set(rows.values_list("outreach_id", flat=True))


def scalar(statement: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


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


def test_dol_errors_stand_one_per_id_where_no_filing_is_done():
    assert Counter(
        errors(DOL, disposition="RETRY", retry_count=0, severity="MEDIUM").values_list(
            "code", flat=True
        )
    ) == {"NO_MATCH": 24_546, "NO_STATE": 5_194}
    assert errors(DOL).count() == len(ids(errors(DOL))) == 29_740
    assert not ids(errors(DOL)) & ids(Readiness.objects.filter(dol_done=True))


def test_no_state_is_said_of_companies_without_a_state():
    stateless = ids(CompanyMaster.objects.filter(address_state=None))

    assert stateless == ids(errors(DOL, code="NO_STATE"))


def test_ct_errors_by_tries_and_by_the_state_of_their_target():
    status = F("outreach__target__execution_status")

    assert (
        errors(CT, code="CT-M-NO-MX", disposition="RETRY", severity="HIGH").count()
        == len(ids(errors(CT)))
        == 4_404
    )
    assert Counter(errors(CT).values_list(status, "retry_count")) == {
        ("failed", 1): 842,
        ("pending", 1): 2_666,
        ("pending", 2): 26,
        ("ready", 1): 870,
    }
    assert (
        CompanyTarget.objects.filter(execution_status="failed")
        .exclude(outreach__in=ids(errors(CT)))
        .count()
        == 13
    )


def test_the_13_failed_ids_without_a_ct_error_have_no_error_that_blocks():
    free = Readiness.objects.filter(ct_status="failed", ct_blocking=0)

    assert Counter(free.values_list("dol_blocking", "people_blocking", "other_blocking")) == {
        (0, 0, 0): 13
    }


def test_people_errors_lie_on_distinct_slots_of_existing_ids():
    found = {
        error.details["slot_id"]: error.outreach_id
        for error in errors(PEOPLE, code="PI-E001", disposition="RETRY")
    }
    slots = {
        str(slot): outreach
        for slot, outreach in CompanySlot.objects.filter(pk__in=found).values_list(
            "pk", "outreach_id"
        )
    }

    assert len(found) == 1_053
    assert found == slots
    assert Counter(errors(PEOPLE).values_list("retry_count", flat=True)) == {
        0: 526,
        1: 527,
    }


def test_url_failures_are_archived_block_nothing_and_156_are_orphans():
    found = errors(URL, disposition="ARCHIVED", blocks=False)

    assert found.count() == 42_348
    assert len(ids(found.filter(outreach__isnull=False))) == 42_192
    assert found.filter(outreach__isnull=True).values("company_unique_id").distinct().count() == 156
    assert not CompanyMaster.objects.filter(
        pk__in=found.filter(outreach__isnull=True).values("company_unique_id")
    ).exists()
    assert found.values("code").distinct().count() == 5


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


def test_3534_not_ready_ids_have_an_error_that_looked_up_a_domain():
    not_ready = ids(Readiness.objects.filter(tier="NOT_READY"))

    assert len(not_ready & ids(errors(CT, domain__isnull=False))) == 3_534


def test_the_errors_of_the_seeds_audit_log_are_there_under_their_ids():
    with (population.HERE / "ops_backlog_audit.csv").open() as lines:
        sample = {
            (row["error_id"], row["outreach_id"]): int(row["retry_count"])
            for row in csv.DictReader(lines)
        }
    found = {
        (str(error.pk), str(error.outreach_id)): error.retry_count
        for error in errors(CT, pk__in=[error for error, _ in sample])
    }

    assert found == sample
    assert Counter(sample.values()) == {1: 49, 2: 1}


def test_errors_were_created_in_the_clusters_of_the_time():
    days = {
        table: (found["first"], found["last"])
        for table, found in ((table, span(table)) for table in (DOL, CT, PEOPLE))
    }

    assert days == {
        DOL: (date(2026, 1, 1), date(2026, 1, 6)),
        CT: (date(2026, 1, 7), date(2026, 1, 8)),
        PEOPLE: (date(2026, 1, 7), date(2026, 1, 8)),
    }
    assert HubError.objects.aggregate(newest=Max("created_at"))["newest"] == datetime(
        2026, 1, 8, 8, tzinfo=UTC
    )


def span(table: str) -> dict[str, date]:
    return errors(table).aggregate(
        first=Min(TruncDate("created_at")), last=Max(TruncDate("created_at"))
    )


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


def test_open_errors_fall_into_four_groups_and_url_failures_into_five():
    patterns = dict(ErrorPattern.objects.values_list("body", "key"))

    assert (
        HubError.objects.open().values("error_table", "code", "message_key").distinct().count() == 4
    )
    assert errors(URL).values("code", "message_key").distinct().count() == 5
    assert len(patterns) == 9
    assert "No federal filing matches {…} in {…}" in patterns


def test_every_error_is_as_the_filing_trigger_would_have_left_it():
    wrong = """SELECT count(*) FROM governance_huberror e JOIN governance_errortable t ON t.name = e.error_table JOIN governance_errorcode c USING (code)
        WHERE e.message_key <> governance.message_key(e.message) OR e.expires_at <> governance.expiry(e.created_at, e.ttl_tier)
        OR e.retry_exhausted <> (e.retry_count >= e.max_retries) OR e.version <> 1 OR e.ttl_tier <> t.ttl_tier OR e.max_retries <> t.max_retries
        OR e.blocks <> t.blocks_promotion OR e.owner <> t.owner OR e.category <> c.category OR e.severity <> c.severity
        OR NOT e.disposition = ANY (t.allowed_dispositions) OR (e.retry_count > 0) <> (e.last_retry_at IS NOT NULL) OR e.last_retry_at < e.created_at"""

    assert scalar(wrong) == 0


def test_readiness_equals_its_definition():
    assert scalar("SELECT count(*) FROM governance.readiness_drift") == 0


def test_counters_equal_the_rows():
    facets = (
        "error_table",
        "code",
        "disposition",
        "severity",
        "category",
        "stage",
        "owner",
        "ttl_tier",
        "retry_count",
        "retry_exhausted",
        "blocks",
    )
    counted = {
        row[:-1]: row[-1] for row in ErrorCount.objects.values_list(*facets).annotate(Sum("rows"))
    }
    real = {
        row[:-1]: row[-1] for row in HubError.objects.values_list(*facets).annotate(Count("pk"))
    }

    assert counted == real
    assert (
        ErrorCount.objects.aggregate(total=Sum("rows"))["total"]
        == HubError.objects.count()
        == 77_545
    )


def test_every_error_can_be_found_by_text_and_has_its_creation_in_the_history():
    assert ErrorText.objects.count() == 77_545
    assert (
        Event.objects.filter(action="CREATE", subject_id__isnull=False)
        .values("subject_id")
        .distinct()
        .count()
        == 77_545
    )
    assert (
        not Event.objects.filter(action="CREATE")
        .exclude(subject_id__in=HubError.objects.values("pk"))
        .exists()
    )


def test_triggers_and_indexes_are_back():
    assert (
        scalar("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'O'") == 0
    )
    assert (
        scalar(
            "SELECT count(*) FROM pg_indexes WHERE indexname IN ('error_text_words', 'error_cause', 'error_created', 'event_subject')"
        )
        == 4
    )


def test_figures_say_what_is_there():
    figures = dict(population.figures())

    assert figures["open errors"] == 35_197
    assert figures["tier TIER_1_MARKETING_READY"] == 0
    assert figures["errors outreach.dol_errors NO_MATCH RETRY, 0 tries"] == 24_546
    assert figures["ids held by a company target error alone"] == 50


def test_every_group_has_its_person_who_can_sign_in():
    users = {user.username: user for user in get_user_model().objects.prefetch_related("groups")}

    assert {name: user.groups.get().name for name, user in users.items()} == {
        person.username: person.group for person in signins.PEOPLE
    }
    assert all(users[person.username].check_password(person.password) for person in signins.PEOPLE)
    assert [name for name, user in users.items() if user.is_staff] == ["admin"]
    assert users["ops"].get_full_name() == "Nadia Okafor"
