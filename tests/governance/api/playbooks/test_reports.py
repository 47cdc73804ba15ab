"""Reports by the API: as JSON and as the Markdown that pages offer."""

import pytest

from governance.models import Report
from governance.services.operations import command_line
from governance.services.playbooks import reports
from tests import make
from tests.callers import Caller
from tests.governance.rules import RETRY, planned

pytestmark = pytest.mark.django_db

REPORTS = "/api/reports/"


@pytest.fixture
def viewer() -> Caller:
    return Caller(make.viewer())


@pytest.fixture
def report() -> Report:
    return written()


def written() -> Report:
    make.error()
    run = planned(RETRY)
    command_line.carry_out(run, approved_by=make.manager())
    found = reports.ensure(run.pk)
    assert found is not None
    return found


def test_reports_are_listed_with_their_figures(viewer, report):
    (row,) = viewer.get(REPORTS).json()["results"]

    assert (row["id"], row["run"], row["total_processed"]) == (report.pk, report.run_id, 1)
    assert row["reconciled"] is True and row["shortfall"] == {}
    assert row["executor"] == report.run.started_by.username
    found = viewer.post(f"{REPORTS}search/", {"filter": {"reconciled": False}})
    assert found.json()["results"] == []


def test_a_report_is_the_json_that_the_page_offers(viewer, report):
    answer = viewer.get(f"{REPORTS}{report.pk}/")

    viewer.client.force_login(viewer.token.account)
    assert answer.json() == viewer.client.get(f"/reports/{report.pk}/json/").json()


def test_a_report_is_the_markdown_that_the_page_offers(viewer, report):
    asked = viewer.get(f"{REPORTS}{report.pk}/", Accept="text/markdown")
    named = viewer.get(f"{REPORTS}{report.pk}/md/")

    viewer.client.force_login(viewer.token.account)
    page = viewer.client.get(f"/reports/{report.pk}/md/").content
    assert asked.content == named.content == page
    assert asked["Content-Type"] == named["Content-Type"] == "text/markdown; charset=utf-8"


def test_a_refusal_stays_a_problem_whatever_is_accepted(viewer):
    answer = viewer.get(f"{REPORTS}999/", Accept="text/markdown")

    assert answer.status_code == 404 and answer.json()["status"] == 404
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["", "md/"])
def test_what_is_no_report_is_not_written_as_one(viewer, report, path):
    headers = viewer.headers({"Accept": "text/markdown"})

    answer = viewer.client.options(f"{REPORTS}{report.pk}/{path}", headers=headers)

    assert answer.status_code == 405 and "GET" in answer["Allow"]
    assert answer["Content-Type"] == "application/problem+json"


def test_the_list_costs_as_much_for_one_as_for_many(viewer, report, django_assert_max_num_queries):
    viewer.get(REPORTS)
    with django_assert_max_num_queries(10) as few:
        viewer.get(REPORTS)
    for _ in range(3):
        written()
    with django_assert_max_num_queries(10) as many:
        assert len(viewer.get(REPORTS).json()["results"]) == 4

    assert len(few) == len(many)
