"""What clearing the errors of a filter would change for companies."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.models import HubError, Readiness
from governance.queries.errors import clearing
from tests import make

pytestmark = pytest.mark.django_db
BEHIND = ("DOL", "PEOPLE", "BLOG", "BIT")


def freed(errors, target: str) -> set:
    return set(
        Readiness.objects.filter(pk__in=clearing.freed(errors, target)).values_list("pk", flat=True)
    )


def test_an_anchors_last_error_opens_every_hub_behind_it_and_outreach_where_all_is_done():
    ready, anchored = make.promotable(), make.target("ready").outreach
    for company in (ready, anchored, make.outreach()):
        make.error(make.CT, outreach=company)

    found = clearing.of(HubError.objects.all())

    assert (found.companies, found.held) == (3, 3)
    assert found.freed == dict.fromkeys(BEHIND, 2) | {"OUTREACH": 1}
    assert freed(HubError.objects.all(), "BLOG") == {ready.pk, anchored.pk}
    assert freed(HubError.objects.all(), "OUTREACH") == {ready.pk}


def test_what_something_else_holds_too_stays_shut():
    company = make.promotable()
    make.error(make.CT, outreach=company)
    make.error(make.DOL, outreach=company)
    errors = HubError.objects.filter(error_table=make.CT)

    found = clearing.of(errors)

    assert found.freed == dict.fromkeys(BEHIND, 1) | {"OUTREACH": 0}
    assert freed(errors, "OUTREACH") == set()


def test_what_does_not_block_frees_nobody():
    company = make.promotable()
    make.error(make.URL, outreach=company)
    make.error(make.CT, outreach=company, disposition="RESOLVED")
    make.error(make.DOL, outreach=None)

    found = clearing.of(HubError.objects.all())

    assert (found.companies, found.held) == (1, 0)
    assert set(found.freed.values()) == {0}


def test_clearing_keeps_the_promise():
    company = make.promotable()
    errors = [make.error(table, outreach=company) for table in (make.CT, make.PEOPLE)]
    foreseen = freed(HubError.objects.all(), "OUTREACH")

    for error in errors:
        HubError.objects.filter(pk=error.pk).update(
            disposition="RESOLVED", resolved_at=timezone.now()
        )

    assert foreseen == {company.pk}
    assert Readiness.objects.get(pk=company.pk).promotable


def test_one_statement_with_room_of_its_own_asks_each_rule_and_table_once():
    make.error(make.CT, outreach=make.promotable())

    with CaptureQueriesContext(connection) as captured:
        clearing.of(HubError.objects.all())
    with connection.cursor() as cursor:
        (asked,) = [one["sql"] for one in captured if "governance_readiness" in one["sql"]]
        cursor.execute(f"EXPLAIN {asked}")
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "SET LOCAL work_mem TO '128MB'" in [one["sql"] for one in captured]
    assert asked.count("opens_hubs") == asked.count("opens_promotion") == 1
    assert "CTE gates" in plan
