"""What was refused of each tool of late."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.models import Violation
from governance.queries.canon import refused
from tests import make, owner

pytestmark = pytest.mark.django_db
NOW = timezone.now()
SINCE = NOW - timedelta(days=14)


def violation(code="V-GATE-001", *, days=1, **given):
    at = NOW - timedelta(days=days)
    return make.violation(code, **{"outreach": None, "at": at} | given)


def test_each_tool_has_its_last_violation_and_how_many_there_are():
    violation(days=20)
    violation(days=3)
    last = violation("V-GATE-003", days=2)
    other = violation("V-TYPE-001", days=30, tool="smtp-check", tool_id="TOOL-002")

    found = refused.by_tool(["hunter-enricher", "smtp-check", "mx-lookup"], since=SINCE)

    assert found == {
        "hunter-enricher": (last.pk, "V-GATE-003", last.at, 2),
        "smtp-check": (other.pk, "V-TYPE-001", other.at, 0),
    }


def test_all_of_them_are_counted_with_those_that_are_parked_or_in_retry():
    violation()
    violation("V-TYPE-002")
    violation("V-GATE-003")
    violation(days=15)

    assert refused.totals(since=SINCE) == (3, 1, 1)


def test_the_latest_of_a_tool_come_with_company_and_words():
    for days in range(1, 6):
        violation(days=days)
    on = make.outreach()
    violation(days=0, outreach=on, message="mx_present is false")

    with CaptureQueriesContext(connection) as queries:
        found = refused.latest("hunter-enricher")
        said = [(one.company_name, one.violation.message) for one in found]

    assert sum(" FROM " in query["sql"] for query in queries) == 1
    assert len(said) == refused.SHOWN
    assert said[0] == (on.domain, "mx_present is false")


def test_a_tool_costs_a_probe_of_an_index_whatever_the_queue_holds():
    given = make.violation(outreach=None).violation
    columns = {
        field.attname: getattr(given, field.attname)
        for field in Violation._meta.concrete_fields
        if field.attname != "id"
    }
    Violation.objects.bulk_create(
        Violation(**columns | {"tool": f"tool-{n % 30}", "at": NOW - timedelta(hours=n)})
        for n in range(3_000)
    )

    owner.runs("ANALYZE governance_violationcase")
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {refused.BY_TOOL}", [["hunter-enricher"], SINCE])
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert plan.count("case_tool") >= 1 and "Sort" not in plan
