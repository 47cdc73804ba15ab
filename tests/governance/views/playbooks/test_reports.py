"""The pages and files of reports."""

import json

import pytest
from django.urls import reverse

from governance.models import Playbook, Report
from governance.services.operations import command_line
from governance.services.playbooks import reports, run_plans
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(client):
    person = make.triager(username="ops")
    client.force_login(person)
    make.error(make.DOL)
    make.error(make.CT, retry_count=1)
    run = run_plans.make(Playbook.objects.get(slug="ops-backlog-cleanup").current, by=person)
    command_line.carry_out(run, approved_by=make.manager(username="manager"))
    return reports.ensure(run.pk)


def test_the_page_shows_figures_lines_and_people(client, report):
    page = client.get(reverse("governance:report-detail", args=[report.pk])).content.decode()

    for words in (
        "DOL errors parked",
        "reconciled",
        "6 of 6 hold",
        "Approved by",
        "manager",
        "Why NOT_READY remains",
        "Recommendations",
    ):
        assert words in page


def kept(report, **changes):
    """Keep the report with other content, of another run."""
    make.error(make.DOL)
    playbook = make.playbook(report.run.version.rules).playbook
    other = run_plans.make(playbook.current, by=report.run.requester)
    content = report.body | changes
    return Report.objects.create(run=other, body=content, reconciled=content["reconciled"])


def shown(client, report):
    return client.get(reverse("governance:report-detail", args=[report.pk])).text


def test_an_unreconciled_report_says_so_first(client, report):
    problem = "3 rows were applied, the trail holds 2 events."
    bad = kept(report, reconciled=False, differences=[problem])

    page = shown(client, bad)

    assert page.index("UNRECONCILED: these totals") < page.index("Executive summary")
    assert "the trail holds 2 events" in page


def test_a_report_of_rows_left_out_says_how_many_and_why(client, report):
    first, *others = report.body["rules"]
    rules = [first | {"failed": 1200, "cancelled": 3}, *others]

    page = shown(client, kept(report, rules=rules))

    assert "Of the rows of the plans, 1,200 failed, 3 cancelled." in page
    assert "Done in part" not in shown(client, report)


def test_the_markdown_file_is_the_report(client, report):
    response = client.get(reverse("governance:report-download", args=[report.pk, "md"]))

    assert response["Content-Type"] == "text/markdown; charset=utf-8"
    assert (
        response["Content-Disposition"]
        == f'attachment; filename="ops-backlog-cleanup-run-{report.run_id}.md"'
    )
    assert "## Compliance statement" in response.content.decode()


def test_the_json_file_is_the_report(client, report):
    response = client.get(reverse("governance:report-download", args=[report.pk, "json"]))

    assert json.loads(response.content)["audit"] == {"PARK": 1, "RETRY": 1, "RESET": 0, "total": 2}


def test_there_is_no_other_file(client, report):
    assert (
        client.get(reverse("governance:report-download", args=[report.pk, "pdf"])).status_code
        == 404
    )


def test_the_list_is_filtered_and_its_queries_do_not_grow(
    client, report, django_assert_max_num_queries
):
    with django_assert_max_num_queries(12):
        response = client.get(reverse("governance:report-list"), {"reconciled": "true"})

    assert "Ops backlog cleanup" in response.content.decode()
    assert client.get(reverse("governance:report-list"), {"reconciled": "maybe"}).status_code == 400
    assert client.get(reverse("governance:report-list"), {"colour": "red"}).status_code == 400


def test_hostile_text_is_shown_as_text(client, report):
    body = json.loads(json.dumps(report.body))
    body["recommendations"] = ["<script>alert(1)</script>"]
    make.error(make.DOL)
    run = run_plans.make(report.run.version, by=report.run.requester)
    hostile = Report.objects.create(run=run, body=body, reconciled=True)

    page = client.get(reverse("governance:report-detail", args=[hostile.pk])).content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
