"""Pages of imports: upload, what was found, the decision."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from governance.models import HubError, ImportFile, Operation
from governance.resources import csvfiles, errors
from governance.services.operations import runner
from tests import make

pytestmark = pytest.mark.usefixtures("committed_db", "redis_server")

URL = "/errors/import/"
FILES = "/imports/"
GOOD = f"error_table,code,message\n{make.DOL},NO_MATCH,one\n{make.DOL},NO_STATE,two\n"
MIXED = GOOD + f"{make.DOL},,three\nnowhere,X,<script>alert(1)</script>\n"


@pytest.fixture
def triager(client):
    user = make.triager()
    client.force_login(user)
    return user


def upload(client, content: str | bytes, **given):
    raw = content.encode() if isinstance(content, str) else content
    return client.post(
        URL, {"file": SimpleUploadedFile(given.pop("name", "errors.csv"), raw), **given}
    )


def test_a_good_file_is_checked_shown_and_imported(client, triager):
    answer = upload(client, GOOD)
    file = ImportFile.objects.get()
    assert answer["Location"] == f"/imports/{file.pk}/" and not HubError.objects.exists()

    page = client.get(answer["Location"]).content.decode()
    assert "Import all 2 rows" in page and "NO_STATE" in page
    decided = client.post(f"/imports/{file.pk}/plan/")

    operation = Operation.objects.get()
    assert decided["Location"] == f"/operations/{operation.pk}/" and operation.state == "planned"
    assert not HubError.objects.exists()
    client.post(f"/operations/{operation.pk}/start/")
    runner.finish(operation)
    assert HubError.objects.count() == 2
    assert client.get(f"/operations/{operation.pk}/").status_code == 200
    assert "Became" in client.get(f"/imports/{file.pk}/").content.decode()


def test_every_problem_is_shown_with_row_column_value_and_sentence(client, triager):
    page = client.get(upload(client, MIXED)["Location"]).content.decode()

    for said in ("It is missing.", "It is not one of", "nowhere", "Import only the 2 good rows"):
        assert said in page
    assert "<script>alert" not in page


def test_rows_shorter_than_the_header_are_said_once(client, triager):
    short = f"error_table,code,message\n{make.DOL},NO_MATCH\n{make.DOL},NO_STATE\n"

    address = upload(client, short)["Location"]

    assert "2 rows are shorter than the header" in client.get(address).content.decode()
    assert "shorter than the header" not in client.get(address).content.decode()
    assert ImportFile.objects.get().good == 2


def test_all_problems_come_as_csv(client, triager):
    file_page = upload(client, MIXED)["Location"]

    answer = client.get(f"{file_page}problems/")

    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode(), newline="")))
    assert (
        rows[4] == ["row", "column", "value", "problem"]
        and rows[5][:3] == ["4", "code", ""]
        and rows[6][:3] == ["5", "error_table", "nowhere"]
    )


def test_the_good_rows_come_as_csv_as_they_will_be_stored(client, triager):
    file_page = upload(client, MIXED)["Location"]

    answer = client.get(f"{file_page}rows/")

    rows = list(csv.DictReader(b"".join(answer.streaming_content).decode().splitlines()[4:-1]))
    assert [(row["row"], row["code"], row["message"]) for row in rows] == [
        ("2", "NO_MATCH", "one"),
        ("3", "NO_STATE", "two"),
    ]


def test_a_planned_import_is_shown_row_by_row_to_who_decides(client, triager):
    rows = "".join(f"{make.DOL},NO_MATCH,n{n}.example\n" for n in range(501))
    file_page = upload(client, f"error_table,code,domain\n{rows}")["Location"]
    client.post(f"{file_page}plan/")
    operation = Operation.objects.get()

    page = client.get(f"/operations/{operation.pk}/").content.decode()
    listed = client.get(f"/operations/{operation.pk}/rows/").content.decode()

    assert operation.gate == "BULK-ROWS" and file_page in page and "by policy" in page
    assert "no longer there" not in listed and "NO_MATCH" in listed and "new" in listed
    assert "SHA-256" in page and "sha256" not in page.lower()


def test_a_file_with_problems_is_imported_only_when_the_good_rows_are_chosen(client, triager):
    upload(client, MIXED)
    pk = ImportFile.objects.get().pk

    refused = client.post(f"/imports/{pk}/plan/")
    assert (
        refused.status_code == 422
        and "2 of 4 rows have problems" in refused.content.decode()
        and not Operation.objects.exists()
    )

    client.post(f"/imports/{pk}/plan/", {"only_good": "true"})
    runner.run(Operation.objects.get())
    assert set(HubError.objects.values_list("message", flat=True)) == {"one", "two"}


@pytest.mark.parametrize(
    ("content", "status", "said"),
    [
        ("", 422, "is empty"),
        ("error_table,code\n", 422, "has a header and no rows"),
        ("table,code\nx,y\n", 422, "column that errors do not have"),
        (b"error_table,code\nx,\xff\n", 415, "is not UTF-8 text"),
        (b"PK\x03\x04", 415, "an Excel workbook"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_status_that_fits(
    client, triager, content, status, said
):
    answer = upload(client, content)

    assert answer.status_code == status and said in answer.content.decode()
    assert "Check the file" in answer.content.decode()
    assert not ImportFile.objects.exists()


def test_a_file_that_is_too_large_is_refused_unread(client, triager, monkeypatch):
    monkeypatch.setattr("governance.views.files.imports.MOST_BYTES", 10)

    assert upload(client, GOOD).status_code == 413


def test_no_file_is_said_at_the_field(client, triager):
    answer = client.post(URL, {})

    assert answer.status_code == 422 and "This field is required" in answer.content.decode()


def test_an_unknown_table_in_the_form_is_refused(client, triager):
    assert upload(client, GOOD, error_table="nowhere").status_code == 422
    assert upload(client, "code\nNO_MATCH\n", error_table=make.DOL).status_code == 302


@pytest.mark.parametrize("role", [make.viewer, make.analyst, make.admin])
def test_who_may_not_import_sees_no_page_of_it(client, triager, role):
    upload(client, GOOD)
    pk = ImportFile.objects.get().pk
    client.force_login(role())

    for url in (URL, f"{URL}template/", f"{FILES}{pk}/", f"{FILES}{pk}/problems/"):
        assert client.get(url).status_code == 403
    for url in (URL, f"{FILES}{pk}/plan/", f"{FILES}{pk}/discard/"):
        assert client.post(url).status_code == 403
    assert not Operation.objects.exists()


def test_another_importer_reads_the_file_and_decides_nothing(client, triager):
    upload(client, GOOD)
    pk = ImportFile.objects.get().pk
    client.force_login(make.manager())

    assert "Import all" not in client.get(f"{FILES}{pk}/").content.decode()
    assert client.post(f"{FILES}{pk}/plan/").status_code == 403
    assert client.post(f"{FILES}{pk}/discard/").status_code == 403


def test_a_discarded_file_says_so_and_cannot_be_imported(client, triager):
    upload(client, GOOD)
    pk = ImportFile.objects.get().pk

    assert client.post(f"{FILES}{pk}/discard/")["Location"] == URL
    assert "Discarded" in client.get(f"{FILES}{pk}/").content.decode()
    assert client.post(f"{FILES}{pk}/plan/").status_code == 409


def test_the_template_can_be_uploaded_as_it_is(client, triager):
    template = client.get(f"{URL}template/")

    assert template.content.startswith(b"\xef\xbb\xbferror_id,")
    upload(client, template.content)
    file = ImportFile.objects.get()
    assert (file.rows, file.good) == (1, 1)
    assert set(errors.EXAMPLE) <= set(errors.COLUMNS) and csvfiles.MOST_BYTES


def test_what_is_exported_comes_back_the_same(client, triager):
    make.error(
        make.DOL,
        message='=HYPERLINK("x")\r\n"quoted", \u202eümläut 🙂',
        details={"raw_input": {"a": [1, None, "é"]}},
        outreach=None,
    )
    make.error(
        make.CT, disposition="PARKED", park_reason="'=x", retry_count=3, severity="LOW", stage="M1"
    )
    make.error(make.URL, disposition="RESOLVED", resolution_note="-1 is fine", code="unregistered")
    exported = b"".join(client.get("/errors/export/", {"format": "csv"}).streaming_content)
    before = list(HubError.objects.order_by("pk").values())
    HubError.objects.all().delete()

    upload(client, exported)
    pk = ImportFile.objects.get().pk
    client.post(f"{FILES}{pk}/plan/")
    runner.run(Operation.objects.get())

    kept = [
        {name: value for name, value in row.items() if name not in ("version", "updated_at")}
        for row in before
    ]
    after = [
        {name: value for name, value in row.items() if name not in ("version", "updated_at")}
        for row in HubError.objects.order_by("pk").values()
    ]
    assert after == kept


def test_an_export_that_was_cut_off_is_not_imported(client, triager):
    make.errors(3)
    exported = b"".join(client.get("/errors/export/", {"format": "csv"}).streaming_content)

    answer = upload(client, exported[: exported.rindex(b"# end")])

    assert answer.status_code == 422 and "cut off" in answer.content.decode()


def test_the_check_links_rows_to_companies_and_tells_which_will_block_nobody(client, triager):
    make.outreach(domain="hartfell.example")
    rows = "".join(
        f"{make.DOL},NO_MATCH,{domain}\n"
        for domain in ("https://www.hartfell.example/about", "nobody.example", "")
    )

    page_of_file = upload(client, f"error_table,code,domain\n{rows}")["Location"]

    page = client.get(page_of_file).text
    assert "Rows that will block nobody" in page
    assert "no company with an outreach id has its company id or domain" in page
    for reason, domains in (
        ("linked", ["www.hartfell.example"]),
        ("unknown", ["nobody.example"]),
        ("none", [""]),
    ):
        answer = client.get(f"{page_of_file}rows/?company={reason}")
        lines = b"".join(answer.streaming_content).decode().splitlines()[4:-1]
        assert [row["domain"] for row in csv.DictReader(lines)] == domains
        assert reason == "linked" or f"?company={reason}" in page


def test_a_file_whose_rows_all_have_a_company_speaks_of_nothing_else(client, triager):
    company = make.outreach()
    raw = f"error_table,code,outreach_id\n{make.DOL},NO_MATCH,{company.pk}\n"

    page = client.get(upload(client, raw)["Location"]).text

    assert "block nobody" not in page


def test_an_unknown_way_to_name_a_company_is_refused(client, triager):
    page_of_file = upload(client, GOOD)["Location"]

    answer = client.get(f"{page_of_file}rows/?company=somehow")

    assert answer.status_code == 400 and "somehow" in answer.text


def test_the_plan_of_an_import_says_how_many_rows_would_block(client, triager):
    company = make.promotable()
    rows = f"{make.DOL},NO_MATCH,{company.domain}\n{make.DOL},NO_MATCH,nobody.example\n"
    page_of_file = upload(client, f"error_table,code,domain\n{rows}")["Location"]

    client.post(f"{page_of_file}plan/")

    effect = Operation.objects.get().effect
    assert (effect["blocking_rows"], effect["closes"], effect["companies"]) == (1, 1, 1)
