"""What reports of the canon's checks, and their findings, can be filtered by."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from governance.canon.checks.findings import Rule
from governance.filters.canon.checks import (
    RULES,
    CheckFindingFilter,
    CheckReportFilter,
    OpenBeforeFilter,
    RepositoryFilter,
)
from governance.models import CheckReport
from governance.queries.canon import checks
from outreach_admin.exceptions import BadRequest
from tests.checked import ago, finding, kept, over_time, unreadable, waived

pytestmark = pytest.mark.django_db


def names(filterset):
    return sorted(str(row) for row in filterset.qs)


def test_repositories_are_kept_by_their_last_report():
    kept(finding(), repository="acme/ingest", checked_at=ago(days=3))
    kept(repository="acme/ui", branch="fix")

    for query in ("status=violations", "branch=main", "q=INGEST", "checked_before=24h-ago"):
        found = RepositoryFilter(QueryDict(query), checks.repositories())
        assert names(found) == ["acme/ingest"], query
    found = RepositoryFilter(QueryDict("checked_after=24h-ago"), checks.repositories())
    assert names(found) == ["acme/ui"]


def test_reports_are_kept_by_where_and_when():
    old = kept(finding(), checked_at=ago(days=3), commit="abc")
    kept(repository="acme/ui", branch="fix")

    for query in (
        "repository=acme/ingest",
        "status=violations",
        "branch=main",
        "commit=abc",
        "checked_before=24h-ago",
    ):
        found = CheckReportFilter(QueryDict(query), CheckReport.objects.all())
        assert list(found.qs) == [old], query


def test_findings_are_kept_by_what_they_are():
    ends = str(timezone.now().date() + timedelta(days=3))
    _, now = over_time(
        [finding("lxml")],
        [finding("lxml"), waived("bs4", ends, file="c.py"), unreadable("b.py")],
    )

    def kept_by(query):
        found = CheckFindingFilter(QueryDict(query), checks.within(now)).qs
        return [row.file for row in found.order_by("place")]

    assert kept_by("") == ["a.py", "c.py", "b.py"]
    assert kept_by("state=waived") == kept_by("ending=true") == kept_by("name=bs4") == ["c.py"]
    assert kept_by("change=same") == kept_by("file=a.py") == ["a.py"]
    assert kept_by("change=new") == ["c.py", "b.py"]
    assert kept_by("rule=unreadable") == kept_by("q=NOT+python") == ["b.py"]
    assert kept_by("q=ada") == ["c.py"]


def test_closed_ones_are_kept_by_what_they_were():
    _, now = over_time([finding("lxml"), unreadable()], [])

    found = OpenBeforeFilter(QueryDict("rule=banned-import"), checks.closed(now))

    assert [row.name for row in found.qs] == ["lxml"]


def test_every_rule_of_the_checks_can_be_chosen():
    assert [value for value, _ in RULES] == [rule.value for rule in Rule]


@pytest.mark.parametrize(
    "query", ["colour=red", "state=fine", "rule=none", "ending=perhaps", "change="]
)
def test_what_is_no_filter_selects_nothing(query):
    report = kept(finding())

    with pytest.raises(BadRequest):
        CheckFindingFilter(QueryDict(query), checks.within(report)).check()
