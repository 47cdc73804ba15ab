"""One entry as a form."""

import pytest

from enrichment.forms.entries import EntryForm, blank, filled_from
from enrichment.services.entries import Flow, flows_of
from tests import make

pytestmark = pytest.mark.django_db


def form(**given):
    return EntryForm(blank() | {"workflow_name": "company_news"} | given)


@pytest.mark.parametrize(
    ("line", "flow"),
    [
        ("extracted.news (domain)", Flow("extracted", "extracted.news", ("domain",))),
        ("  core.funding(domain , source)  ", Flow("core", "core.funding", ("domain", "source"))),
        ("raw: lake.Odd_Name (id)", Flow("raw", "lake.Odd_Name", ("id",))),
        ("raw.news", Flow("raw", "raw.news", ())),
        ("reference.roles ()", Flow("reference", "reference.roles", ())),
    ],
)
def test_a_line_names_a_table_with_its_layer_and_keys(line, flow):
    read = form(tables=f"\n{line}\n\n")

    assert read.is_valid(), read.errors
    assert read.entry.flows == [flow]


@pytest.mark.parametrize(
    "lines",
    [
        "news",
        "lake.news",
        "other: lake.news",
        "raw.a.b",
        "raw.news (a",
        "raw.news; DROP TABLE x",
        "raw.a\nraw.a (id)",
        "\n".join(f"raw.t{number}" for number in range(41)),
    ],
)
def test_lines_that_name_no_table_are_refused(lines):
    assert list(form(tables=lines).errors) == ["tables"]


def test_tables_without_a_key_have_that_of_the_entry():
    read = form(tables="raw.news (company_domain)\nextracted.news", key_column="domain")

    assert read.is_valid()
    assert [flow.keys for flow in read.entry.flows] == [("company_domain",), ("domain",)]
    assert read.entry.written()["key_column"] == "domain"


def test_a_leading_table_whose_key_is_another_is_refused():
    read = form(tables="extracted.news (host)", key_column="domain")

    assert list(read.errors) == ["key_column"]


def test_a_form_that_is_sent_as_it_was_filled_says_the_same():
    workflow = make.workflow(raw_table="raw.a", core_table="core.a", key_column="domain")
    workflow.flows.create(layer="core", table_name="core.b", key_columns=["domain", "source"])
    workflow.flows.create(layer="raw", table_name="lake.c", key_columns=["id"])
    workflow.aliases.create(alias="once")

    read = EntryForm(filled_from(workflow))

    assert read.is_valid(), read.errors
    assert read.entry.flows == flows_of(workflow)
    assert read.entry.aliases == ["once"]
