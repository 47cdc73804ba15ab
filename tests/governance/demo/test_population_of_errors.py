"""The errors of the backlog: how many of each kind, at which companies, since when."""

import csv
from collections import Counter
from datetime import UTC, date, datetime

import pytest
from django.db.models import F, Max, Min
from django.db.models.functions import TruncDate

from governance.demo import population
from governance.models import (
    CompanyMaster,
    CompanySlot,
    CompanyTarget,
    ErrorPattern,
    HubError,
    Readiness,
)
from tests.governance.demo.rows import CT, DOL, PEOPLE, URL, errors, ids, scalar

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("backlog")]


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
