"""Reports of the canon's checks as pages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.models import CheckedRepository
from tests import make
from tests.checked import finding, kept, over_time, unreadable, waived
from tests.governance.views.canon.test_tools import page

pytestmark = pytest.mark.django_db
LIST = "/checks/"


def test_repositories_are_listed_and_narrowed(client, analyst):
    over_time([finding()], [finding(), finding("bs4")])
    kept(repository="acme/ui")

    shown = page(client, LIST)

    for words in ("acme/ingest", "acme/ui", "Violations", "Clean", "from 1 to 2"):
        assert words in shown
    assert "acme/ui" not in page(client, f"{LIST}?status=violations")
    assert "Could not check" in page(client, f"{LIST}?part=facets")


def test_an_empty_list_says_how_reports_come_in(client, analyst):
    assert "canon_check --send" in page(client, LIST)


def test_a_repository_shows_its_reports_over_time(client, analyst):
    first, last = over_time([finding()], [finding("bs4")])
    kept(finding(), branch="fix")
    repository = CheckedRepository.objects.get()

    shown = page(client, f"{LIST}{repository.pk}/?branch=main")

    for words in ("acme/ingest", f"/checks/reports/{first.pk}/", f"{last.pk}/closed/", "The last"):
        assert words in shown
    assert client.get(f"{LIST}999999/").status_code == 404


def test_a_repository_whose_reports_could_not_look_has_a_page(client, analyst):
    kept(refusal="It holds no file that is checked.")
    repository = CheckedRepository.objects.get()

    assert "Could not check" in page(client, f"{LIST}{repository.pk}/")


def test_a_report_adds_up_and_lists_its_findings(client, analyst):
    _, now = over_time(
        [finding(), finding("bs4")],
        [finding(), finding("scrapy"), unreadable(), waived("bs4")],
        canon=3,
        notes=["The waiver of <b> ended."],
        left_out=[{"path": ".venv", "why": "a hidden folder"}],
    )

    shown = page(client, f"{LIST}reports/{now.pk}/")

    for words in (
        "a.py:1:8",
        "scrapy is a banned library.",
        "Opened since",
        "The waiver of &lt;b&gt; ended.",
        "Not looked at",
        "a hidden folder",
        "version 3",
        "41 files",
    ):
        assert words in shown, words
    narrowed = page(client, f"{LIST}reports/{now.pk}/?state=open&change=new&part=results")
    assert "scrapy" in narrowed and "lxml is a banned" not in narrowed


def test_a_report_that_could_not_look_says_why(client, analyst):
    report = kept(refusal="It holds no file that is checked.")

    shown = page(client, f"{LIST}reports/{report.pk}/")

    assert "Nothing was checked: It holds no file that is checked." in shown


def test_what_is_closed_is_listed_with_what_became_of_it(client, analyst):
    first, now = over_time([finding(), finding("bs4")], [waived("bs4")])

    shown = page(client, f"{LIST}reports/{now.pk}/closed/")

    assert "Gone" in shown and "Waived" in shown
    assert "No report before" in page(client, f"{LIST}reports/{first.pk}/closed/")


def test_what_people_wrote_is_no_markup(client, analyst):
    text = "<script>alert(1)</script>"
    wrote = finding(text, file=text, said=text), waived(because=text)
    told = {"notes": [text], "left_out": [{"path": text, "why": text}], "repository": text}
    _, report = over_time(list(wrote), list(wrote[1:]), branch=text, commit=text, **told)
    of_report = f"{LIST}reports/{report.before_id}/"

    for address in (
        LIST,
        f"{LIST}{report.repository_id}/",
        of_report,
        f"{LIST}reports/{report.pk}/closed/",
    ):
        shown = page(client, address)
        assert "alert(1)" in shown and text not in shown, address


def test_who_may_not_export_is_offered_no_file(client):
    report = kept(finding())
    client.force_login(make.viewer())

    assert "/file/" not in page(client, f"{LIST}reports/{report.pk}/")
    assert client.get(f"{LIST}reports/{report.pk}/file/").status_code == 403


@pytest.mark.parametrize("part", ["", "?part=facets"])
def test_lists_cost_the_same_queries_for_one_and_for_many(client, analyst, part):
    def addresses(report):
        of_report = f"{LIST}reports/{report.pk}/"
        return [LIST, f"{LIST}{report.repository_id}/", of_report, f"{of_report}closed/"]

    def queries(report):
        counts = []
        for address in addresses(report):
            with CaptureQueriesContext(connection) as asked:
                page(client, f"{address}{part}")
            counts.append(len(asked))
        return counts

    _, one = over_time([finding()], [finding("bs4")])
    queries(one)
    few = queries(one)
    for number in range(12):
        kept(finding(), repository=f"acme/{number}")
    *_, many = over_time(*[[finding(str(day)), finding("x"), unreadable()] for day in range(12)])

    assert queries(many) == few


@pytest.mark.parametrize(
    "address",
    [
        "reports/{0}/?state=fine",
        "reports/{0}/?colour=red",
        "?status=x",
        "reports/{0}/closed/?q=%00",
    ],
)
def test_what_is_no_filter_is_refused(client, analyst, address):
    report = kept(finding())

    assert client.get(f"{LIST}{address.format(report.pk)}").status_code == 400


def test_rows_of_a_repository_come_in_the_order_of_an_index(client, analyst):
    report = kept(finding())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan TO off")
        cursor.execute("SET LOCAL enable_bitmapscan TO off")

    with CaptureQueriesContext(connection) as asked:
        page(client, f"{LIST}{report.repository_id}/?size=25")
        page(client, f"{LIST}reports/{report.pk}/?size=25")

    rows = [one["sql"] for one in asked if "LIMIT 26" in one["sql"]]
    assert len(rows) == 2
    for statement in rows:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {statement}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
        # no two findings of a report stand at one place
        assert "Index" in plan and ("Sort" not in plan or "Presorted Key: place" in plan), plan
