"""Reports of the canon's checks by the API: sent once, refused where they are not sound, read."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.canon import ci_checks
from governance.canon.checks.reports import LARGEST
from governance.models import CheckReport
from tests import make
from tests.callers import Caller
from tests.checked import ago, body, finding, kept, over_time, unreadable, waived
from tests.governance.canon.checks import trees
from tests.outreach_admin.api.test_parsers import Unread

CHECKS = "/api/canon/checks/"
pytestmark = pytest.mark.django_db
DEEP: dict = {}
for _ in range(120):
    DEEP = {"a": DEEP}


@pytest.fixture
def ci():
    return Caller(pipeline="ci", scopes=["checks"])


def test_a_report_is_stored_once_and_says_where(ci):
    said = body(finding(), waived("bs4"))

    first, again = ci.post(CHECKS, said), ci.post(CHECKS, said)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    stored = first.json()
    assert stored["address"] == f"http://testserver/checks/reports/{stored['id']}/"
    assert (stored["open"], stored["waived"], stored["opened"]) == (1, 1, None)
    assert stored["by"] == ci.token.account.username
    assert ci.get(first["Location"]).json()["repository"] == "acme/ingest"
    assert CheckReport.objects.count() == 1


def test_the_next_one_says_what_has_changed(ci):
    ci.post(CHECKS, body(finding(), finding("bs4"), checked_at=ago(hours=2)))

    said = ci.post(CHECKS, body(finding(), finding("scrapy"))).json()

    assert (said["opened"], said["closed"], said["newly_waived"]) == (1, 1, 0)


def test_the_file_that_the_command_writes_is_what_is_sent(ci, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    tree = trees.write(tmp_path / "tree", {"a.py": "import lxml\nimport bs4", "b.py": "def ("})
    (tree / "\udcff.py").write_text("import scrapy")
    report = tmp_path / "report.json"
    ci_checks.main([str(tree), "--report", str(report), "--repository", "acme/tree"])

    answer = ci.post(CHECKS, report.read_bytes())

    assert answer.status_code == 201, answer.json()
    assert (answer.json()["open"], answer.json()["unreadable"]) == (4, 1)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"repository": ""}, "repository"),
        ({"repository": 5}, "repository"),
        ({"repository": "a\u0007"}, "repository"),
        ({"repository": "x" * 256}, "repository"),
        ({"branch": None}, "branch"),
        ({"branch": ["main"]}, "branch"),
        ({"commit": {"a": 1}}, "commit"),
        ({"version": "1"}, "version"),
        ({"version": "2"}, "version"),
        ({"version": None}, "version"),
        ({"canon": -1}, "canon"),
        ({"checked_at": "soon"}, "checked_at"),
        ({"checked_at": "2026-02-04"}, "checked_at"),
        ({"checked_at": "2026-02-04T08:00:00"}, "checked_at"),
        ({"checked_at": 1770192000}, "checked_at"),
        ({"checked_at": "10000-01-01T00:00:00Z"}, "checked_at"),
        ({"checked_at": "0001-01-01T00:00:00Z"}, "checked_at"),
        ({"checked_at": "9999-12-31T23:59:59-12:00"}, "checked_at"),
        ({"checked_at": "2040-01-01T00:00:00Z"}, "checked_at"),
        ({"status": "clean"}, "status"),
        ({"exit_code": 0}, "exit_code"),
        ({"exit_code": True}, "exit_code"),
        ({"exit_code": "1"}, "exit_code"),
        ({"summary": {}}, "summary"),
        ({"summary": {"x" * 10_000: {"open": 1}}}, "summary"),
        ({"findings": {}}, "findings"),
        ({"findings": [5]}, "findings.0"),
        ({"notes": "none"}, "notes"),
        ({"notes": [5]}, "notes.0"),
        ({"left_out": [{"path": "."}]}, "left_out.0.why"),
        ({"files": 10**30}, "files"),
        ({"files": "41"}, "files"),
        ({"files": 41.5}, "files"),
        ({"lines": True}, "lines"),
        ({"seconds": "NaN"}, "seconds"),
        ({"seconds": "0.4"}, "seconds"),
        ({"seconds": 1e300}, "seconds"),
    ],
)
def test_what_is_no_report_is_refused_and_the_field_named(ci, wrong, field):
    answer = ci.post(CHECKS, body(finding()) | wrong)

    assert answer.status_code == 422, answer.content[:500]
    assert field in [one["field"] for one in answer.json()["errors"]], answer.json()
    assert not CheckReport.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"rule": "made-up"},
        {"code": "V-GATE-001x"},
        {"name": "x" * 10_001},
        {"name": ""},
        {"name": 5},
        {"file": None},
        {"file": ""},
        {"cell": 0},
        {"line": 0},
        {"line": 2**31},
        {"column": "a"},
        {"column": "8"},
        {"state": "fine"},
        {"until": "2030-01-01"},
        {"state": "waived"},
        {"said": "x" * 250_001},
        {"colour": "red"},
    ],
)
def test_a_finding_that_is_none_is_refused_by_its_place(ci, wrong):
    found = [finding(), finding("bs4") | wrong]

    answer = ci.post(CHECKS, body(finding()) | {"findings": found})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].startswith("findings.1.")


def test_a_report_of_another_form_is_refused_before_its_members_are_read(ci):
    answer = ci.post(CHECKS, {"version": 2, "what": "ever"})

    said = answer.json()
    assert answer.status_code == 422
    assert "version 2" in said["detail"] and said["errors"][0]["field"] == "version"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"", 422),
        (b"{", 400),
        (b"\xff", 400),
        (b"[]", 400),
        (b"null", 400),
        (b"5", 400),
        (b'{"version": 1, "version": 1}', 400),
        (json.dumps(DEEP).encode(), 400),
        (b'{"version": 1}', 422),
    ],
)
def test_hostile_bodies_are_refused(ci, sent, status):
    assert ci.post(CHECKS, sent).status_code == status


@pytest.mark.parametrize("wrong", [{"repository": "a\u0000b"}, {"branch": "\ud800"}, {"more": 1}])
def test_what_no_column_takes_and_members_that_nobody_reads_are_refused(ci, wrong):
    assert ci.post(CHECKS, body() | wrong).status_code == 400


def test_more_findings_than_are_taken_are_refused_and_so_is_a_larger_body(ci, settings):
    too_many = body(finding()) | {"findings": [{}] * 20_001}

    answer = ci.post(CHECKS, too_many)

    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == ["findings"]
    settings.API_BODY_LIMIT = 1_000
    assert ci.post(CHECKS, body(finding(), finding("bs4"))).status_code == 413


def test_one_that_says_that_it_is_larger_than_a_report_is_refused_unread(ci):
    said = {"CONTENT_LENGTH": str(LARGEST + 1), "wsgi.input": Unread()}

    answer = ci.client.post(
        CHECKS,
        b"",
        content_type="application/json",
        headers=ci.headers({}),
        **said,
    )

    assert answer.status_code == 413
    assert "at most 33,554,432 are taken" in answer.json()["detail"]


def test_a_report_of_as_many_findings_as_are_taken_is_no_larger():
    one = finding(file="a" * 60, said="x" * 200)

    assert len(json.dumps(body(*[one] * 20_000), indent=2)) < LARGEST


def test_a_token_without_the_scope_and_an_account_without_the_right_send_nothing():
    assert Caller(make.triager(), "pipeline").post(CHECKS, body()).status_code == 403
    assert Caller(make.analyst(), "checks").post(CHECKS, body()).status_code == 403
    assert Caller(make.triager(), "checks").post(CHECKS, body()).status_code == 201


def test_reports_are_listed_newest_first_and_filtered():
    first, second = over_time([finding()], [])
    other = kept(repository="acme/other", branch="fix", checked_at=ago(days=5))
    reader = Caller(make.analyst())

    def listed(query=""):
        return [row["id"] for row in reader.get(f"{CHECKS}?{query}").json()["results"]]

    assert listed() == [second.pk, first.pk, other.pk]
    assert listed("repository=acme/other") == listed("branch=fix") == [other.pk]
    assert listed("status=violations") == [first.pk]
    assert reader.get(f"{CHECKS}?colour=red").status_code == 400
    assert reader.get(f"{CHECKS}999999/").status_code == 404
    assert reader.get(f"{CHECKS}999999/findings/").status_code == 404


def test_findings_of_a_report_are_listed_by_place():
    _, now = over_time([finding()], [finding(), finding("bs4"), waived("scrapy"), unreadable()])
    reader = Caller(make.analyst())

    def listed(query=""):
        rows = reader.get(f"{CHECKS}{now.pk}/findings/?{query}").json()["results"]
        return [row["name"] for row in rows]

    assert listed() == ["lxml", "bs4", "scrapy", ""]
    assert listed("state=open&change=new") == ["bs4", ""]
    assert listed("state=waived") == ["scrapy"]
    assert listed("rule=unreadable") == [""]


@pytest.mark.parametrize("part", ["", "findings/"])
def test_lists_cost_the_same_for_one_row_and_many(part):
    reader = Caller(make.analyst())
    report = kept(finding())
    address = f"{CHECKS}{report.pk}/{part}" if part else CHECKS

    def queries():
        with CaptureQueriesContext(connection) as asked:
            assert reader.get(address).status_code == 200
        return len(asked)

    queries()
    few = queries()
    for number in range(20):
        many = kept(finding(), finding("bs4"), repository=f"acme/{number}")
    address = f"{CHECKS}{many.pk}/{part}" if part else CHECKS

    assert queries() == few
