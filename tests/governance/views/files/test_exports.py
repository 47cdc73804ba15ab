"""Pages of exports: what is offered, what is sent, what is refused."""

import json
import re
import zipfile
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from django.urls import reverse

from governance.models import ExportFile
from governance.resources import exports as resources
from governance.resources.exports import EXPORTS
from governance.services.files import exports as services
from outreach_admin.lists.files import workbooks
from tests import make
from tests.markup import tight

pytestmark = pytest.mark.usefixtures("committed_db", "redis_server")

URL = "/errors/export/"


@pytest.fixture
def analyst(client):
    user = make.analyst()
    client.force_login(user)
    return user


def body(response) -> str:
    return b"".join(response.streaming_content).decode()


def test_addresses_are_the_agreed_ones():
    assert reverse("governance:error-export") == URL
    assert reverse("governance:archive-export") == "/errors/archive/export/"
    assert reverse("governance:export-download", args=[7]) == "/exports/7/file/"


def test_the_page_states_filter_and_count_and_offers_each_format(client, analyst):
    make.error(make.DOL)
    make.error(make.CT)

    response = client.get(URL, {"code": "NO_MATCH", "sort": "-created", "after": "x"})
    page = tight(response.content.decode())

    assert "Export 1 error</h1>" in page
    for wanted in (
        "?code=NO_MATCH&amp;sort=-created&amp;format=csv",
        "header=plain",
        "format=json",
        "Write XLSX",
    ):
        assert wanted in page


def test_a_csv_is_sent_as_it_is_made_with_what_it_states_in_its_headers(client, analyst):
    error = make.error(make.DOL)

    response = client.get(URL, {"code": "NO_MATCH", "format": "csv"})

    text = body(response)
    assert response.streaming and response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["X-Export-Filter"] == "code=NO_MATCH" and response["X-Export-Rows"] == "1"
    assert response["Content-Disposition"].startswith('attachment; filename="errors_code=NO_MATCH_')
    assert text.startswith("\ufeff# errors\r\n# filter: code=NO_MATCH\r\n") and text.endswith(
        "# end: 1 rows\r\n"
    )
    assert str(error.pk) in text


def test_all_formats_have_the_same_rows(client, analyst):
    make.errors(7, make.DOL)

    commented = body(client.get(URL, {"format": "csv"}))
    bare = body(client.get(URL, {"format": "csv", "header": "plain"}))
    objects = json.loads(body(client.get(URL, {"format": "json"})))
    client.post(URL)
    resources.write_file(ExportFile.objects.get().pk)

    assert (
        "# end: 7 rows" in commented
        and len(bare.splitlines()) == 8
        and bare.startswith("error_id,")
    )
    assert len(objects["rows"]) == objects["count"] == 7 == ExportFile.objects.get().rows


@pytest.mark.parametrize(
    "query",
    [
        "codes=x&format=csv",
        "severity=AWFUL&format=json",
        "format=pdf",
        "format=csv&format=json",
        "format=csv&header=x",
        "code=%00&format=csv",
    ],
)
def test_what_cannot_be_read_exports_nothing(client, analyst, query):
    make.error()

    response = client.get(f"{URL}?{query}")

    assert response.status_code == 400 and not response.streaming
    assert client.post(f"{URL}?{query.replace('format=', 'formats=')}").status_code == 400
    assert not ExportFile.objects.exists()


@pytest.mark.parametrize(
    "url",
    [
        URL,
        "/errors/archive/export/",
        "/readiness/export/",
        "/audit/export/",
        "/exports/",
        "/exports/1/file/",
    ],
)
def test_a_viewer_exports_nothing(client, url):
    client.force_login(make.viewer())

    assert client.get(url, {"format": "csv"} if url.endswith("/export/") else {}).status_code == 403
    assert client.post(url).status_code in (403, 405)


@pytest.mark.parametrize("url", ["/errors/archive/export/", "/readiness/export/", "/audit/export/"])
def test_each_list_has_its_way_out(client, analyst, url):
    make.archived()

    assert client.get(url).status_code == 200
    assert body(client.get(url, {"format": "csv"})).endswith("rows\r\n")


def test_an_xlsx_is_asked_for_and_fetched_by_who_asked(client, analyst):
    make.error(make.DOL)

    answer = client.post(f"{URL}?code=NO_MATCH")
    file = ExportFile.objects.get()
    resources.write_file(file.pk)

    assert answer.status_code == 302 and answer["Location"] == "/exports/"
    assert (file.filter, file.requester, file.format) == ("code=NO_MATCH", analyst, "xlsx")
    assert f"/exports/{file.pk}/file/" in client.get("/exports/").content.decode()
    download = client.get(f"/exports/{file.pk}/file/")
    assert (
        b"".join(download.streaming_content)[:2] == b"PK"
        and "errors_code=NO_MATCH" in download["Content-Disposition"]
    )
    download.close()
    client.force_login(make.analyst())
    assert client.get(f"/exports/{file.pk}/file/").status_code == 404


def test_a_file_that_is_not_there_says_why(client, analyst):
    file = ExportFile.objects.create(
        subject="errors",
        format="xlsx",
        requester=analyst,
        state="failed",
        note="The disk was full.",
    )

    response = client.get(f"/exports/{file.pk}/file/")

    assert response.status_code == 409 and "The disk was full." in response.content.decode()


def test_the_page_polls_only_while_a_file_is_under_way(client, analyst):
    file = ExportFile.objects.create(
        subject="errors", format="xlsx", requester=analyst, state="running", rows=10, written=5
    )
    waiting = client.get("/exports/").content.decode()
    assert "hx-trigger" in waiting and 'data-as-of="2' in waiting

    ExportFile.objects.filter(pk=file.pk).update(state="ready")

    part = client.get("/exports/", headers={"HX-Request": "true"}).content.decode()
    assert "hx-trigger" not in part and "<html" not in part


def test_too_many_rows_for_a_sheet_are_refused_with_the_page_saying_so(
    client, analyst, monkeypatch
):
    make.errors(3)
    monkeypatch.setattr(workbooks, "MOST_ROWS", 2)

    assert "a sheet holds 2 rows" in client.get(URL).content.decode()
    refused = client.post(URL)
    assert refused.status_code == 422 and "Take CSV" in refused.content.decode()


@pytest.mark.parametrize(
    ("state", "path"),
    [
        ("ready", "exports/0-gone.xlsx"),
        ("ready", ""),
        ("ready", "exports"),
        ("expired", "exports/0-gone.xlsx"),
        ("failed", "exports/0-gone.xlsx"),
    ],
)
def test_a_file_that_is_gone_says_so_and_is_offered_anew(client, analyst, state, path):
    file = ExportFile.objects.create(
        subject="errors",
        format="xlsx",
        requester=analyst,
        filter="code=NO_MATCH",
        state=state,
        path=path,
    )

    page = client.get("/exports/").content.decode()
    refused = client.get(f"/exports/{file.pk}/file/")

    assert f'href="{URL}?code=NO_MATCH"' in page and f"/exports/{file.pk}/file/" not in page
    assert ("no longer on the disk" in page) == (state == "ready")
    assert refused.status_code == 409 and "write it anew" in refused.content.decode()


def test_a_path_that_plain_sql_wrote_leads_to_no_other_file(client, analyst):
    made = make.scheduled_export(owner=analyst)
    facts = {"subject": "errors", "format": "csv", "requester": analyst, "state": "ready"}
    file = ExportFile.objects.create(scheduled=made, due_at=made.due_since, **facts)
    pages = ["/exports/", "/exports/scheduled/", f"/exports/scheduled/{made.pk}/"]

    for path in ("/etc/hostname", "../secrets.json", "..", "exports/1-a.txt", "x" * 10_000):
        ExportFile.objects.update(path=path)

        assert [client.get(page).status_code for page in pages] == [200, 200, 200], path
        assert client.get(f"/exports/{file.pk}/file/").status_code == 409, path
    ExportFile.objects.update(subject="nothing")
    assert client.get(f"/exports/{file.pk}/file/").status_code == 404


def test_a_stale_filter_exports_nothing_and_leads_to_the_rows_without_it(client, analyst):
    make.error()

    page = client.get(f"{URL}?code=CT-M-NO-MX&legacy=1")

    assert page.status_code == 400 and "Unknown filter “legacy”" in page.text
    assert 'href="/errors/?code=CT-M-NO-MX">Open the list without it' in page.text
    assert client.post(f"{URL}?code=CT-M-NO-MX&legacy=1").status_code == 400
    assert not ExportFile.objects.exists()


def test_columns_are_chosen_on_the_page_and_go_with_every_format(client, analyst):
    error = make.error(make.DOL)

    page = client.get(URL, {"code": "NO_MATCH", "columns": ["domain", "code"]})
    table = client.get(URL, {"columns": "domain,code", "format": "csv", "header": "plain"})
    client.post(f"{URL}?columns=domain&columns=code")
    file = ExportFile.objects.get()
    resources.write_file(file.pk)

    file.refresh_from_db()
    assert "code=NO_MATCH&amp;columns=domain%2Ccode&amp;format=csv" in page.text
    assert re.findall(r'value="(\w+)" checked', page.text) == ["domain", "code"]
    assert f"2 of {len(EXPORTS['errors'].columns)}, in this order" in tight(page.text)
    assert body(table).splitlines() == ["domain,code", f"{error.domain},NO_MATCH"]
    assert (file.state, file.columns) == ("ready", "domain,code")
    assert sheet_head(file) == ["domain", "code"]


def sheet_head(file: ExportFile) -> list[str]:
    with zipfile.ZipFile(services.path_of(file)) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    first = next(row for row in sheet.iter() if row.tag.endswith("}row"))
    return ["".join(cell.itertext()) for cell in first]


@pytest.mark.parametrize("query", ["columns=sovereign_id", "columns=", "columns=domain,"])
def test_a_column_that_there_is_not_exports_nothing(client, analyst, query):
    make.error()

    for format in ("", "&format=csv"):
        assert client.get(f"{URL}?{query}{format}").status_code == 400
    assert client.post(f"{URL}?{query}").status_code == 400
    assert not ExportFile.objects.exists()


def test_a_shared_address_asks_for_a_sign_in_and_then_shows_the_same_choice(client):
    make.error(make.DOL)
    reader = make.analyst()
    reader.set_password("a-long-word-7")
    reader.save()
    shared = f"{URL}?code=NO_MATCH&columns=domain"

    asked = client.get(shared)
    sent = client.post(asked.url, {"username": reader.username, "password": "a-long-word-7"})
    page = client.get(sent.url)

    assert asked.url == f"/sign-in/?next={quote(shared)}"
    assert sent.url == shared
    assert "Export 1 error</h1>" in tight(page.text)
    assert re.findall(r'value="(\w+)" checked', page.text) == ["domain"]


def test_a_file_that_is_gone_is_offered_anew_with_its_columns(client, analyst):
    ExportFile.objects.create(
        subject="errors",
        format="xlsx",
        requester=analyst,
        columns="domain,code",
        state="expired",
    )

    assert f'href="{URL}?columns=domain%2Ccode"' in client.get("/exports/").text
