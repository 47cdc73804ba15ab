"""The registry comes in by file: checked as a whole, planned, done, taken back."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from enrichment.models import Workflow
from governance.models import ImportFile, Operation
from governance.services.operations import runner, undos
from tests import make

pytestmark = pytest.mark.django_db
UPLOAD = "/enrichment/registry/import/"
SEED = """workflow_name,raw_table,extracted_table,core_table,key_column,key_type,coalesces_to_core
company_funding,raw.funding,extracted.funding,core.company_funding,domain,company,true
company_news,raw.news,,,domain,company,false
"""


@pytest.fixture
def ops(client):
    by = make.triager()
    client.force_login(by)
    client.by = by
    return client


def checked(client, text):
    file = SimpleUploadedFile("registry.csv", text.encode())
    answer = client.post(UPLOAD, {"file": file}, follow=True)
    assert answer.status_code == 200, answer.text
    return ImportFile.objects.get(), answer.text


def done(client, text):
    file, _ = checked(client, text)
    client.post(f"/imports/{file.pk}/plan/")
    operation = Operation.objects.get()
    assert client.get(f"/operations/{operation.pk}/").status_code == 200
    runner.run(operation)
    operation.refresh_from_db()
    assert client.get(f"/operations/{operation.pk}/").status_code == 200
    return operation


def names():
    return sorted(Workflow.objects.values_list("workflow_name", flat=True))


def test_a_file_of_the_seeds_columns_makes_entries_with_their_tables_and_goes_back(ops):
    make.workflow(workflow_name="company_news", owner="Data team", raw_table="raw.old")

    operation = done(ops, SEED)

    assert (operation.applied, operation.skipped) == (2, 0)
    made = Workflow.objects.get(workflow_name="company_funding")
    assert (made.intent, made.filled) == ("should", 7)
    assert sorted(one.table_name for one in made.flows.all()) == [
        "core.company_funding",
        "extracted.funding",
        "raw.funding",
    ]
    news = Workflow.objects.get(workflow_name="company_news")
    assert (news.owner, news.raw_table) == ("Data team", "raw.news")
    undo = undos.plan(operation, by=ops.by)
    runner.run(undo)
    assert names() == ["company_news"]
    assert Workflow.objects.get().raw_table == "raw.old"


def test_an_entry_that_has_run_stays_when_its_file_is_taken_back(ops):
    operation = done(ops, SEED)
    make.run(workflow=Workflow.objects.get(workflow_name="company_news"))

    undo = undos.plan(operation, by=ops.by)
    runner.run(undo)

    assert names() == ["company_news"]


@pytest.mark.parametrize(
    ("row", "column", "problem"),
    [
        ("Not A Slug,company,true", "workflow_name", "lower-case letters"),
        (",company,true", "workflow_name", "It is missing."),
        ("once,company,true", "workflow_name", "write its name of today"),
        ("news,ship,true", "key_type", "not one of company, person"),
        ("news,company,maybe", "coalesces_to_core", "neither true nor false"),
        (f"{'x' * 300},company,true", "workflow_name", "255 characters"),
    ],
)
def test_a_row_that_breaks_a_rule_is_told_with_its_column(ops, row, column, problem):
    make.workflow(workflow_name="today").aliases.create(alias="once")

    found, _ = checked(ops, f"workflow_name,key_type,coalesces_to_core\n{row}\n")

    (problems,) = found.staged.values_list("problems", flat=True)
    assert [one["column"] for one in problems] == [column]
    assert problem in problems[0]["problem"]
    assert names() == ["today"]


def test_two_rows_of_one_name_are_refused(ops):
    found, _ = checked(ops, "workflow_name\nnews\nnews\n")

    assert (found.good, found.bad) == (1, 1)


def test_its_pages_lead_back_to_the_registry_and_not_to_the_hubs(ops):
    _, page = checked(ops, SEED)

    assert f'href="{UPLOAD}"' in page
    assert "workflow_name" in ops.get(f"{UPLOAD}template/").text
    ops.force_login(make.manager())
    assert "enrichment_workflow_registry" not in ops.get("/imports/").text
    assert ops.get("/imports/workflow/").status_code == 404
