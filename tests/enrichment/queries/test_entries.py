"""What the registry lacks, and how it stands beside the code."""

import pytest
from django.http import QueryDict

from enrichment.filters.workflows import WorkflowFilter
from enrichment.models import State, Workflow
from enrichment.queries import entries
from tests import make
from tests.enrichment import scans

pytestmark = pytest.mark.django_db


def found(query):
    rows = WorkflowFilter(QueryDict(query), Workflow.objects.all()).qs
    return sorted(rows.values_list("workflow_name", flat=True))


def short_of_core(name, intent="should"):
    workflow = make.workflow(workflow_name=name, intent=intent)
    make.run(workflow=workflow)
    State.objects.filter(workflow=workflow).update(records_in_extracted=25, records_in_core=0)
    return workflow


def test_fields_are_counted_over_all_entries():
    make.workflow(raw_table="raw.a", key_column="domain", owner="Data team")
    make.workflow(is_active=False)

    figures = entries.completeness()

    assert (figures.entries, figures.active, figures.complete) == (2, 1, 0)
    assert (figures.filled, figures.fields) == (5 + 2, 18)
    assert figures.missing["owner"] == 1 and figures.missing["verified"] == 2
    assert figures.missing["key type"] == 0
    assert (figures.scan, figures.agreeing, figures.functions) == (None, None, None)


def test_what_was_extracted_and_is_not_in_core_falls_short():
    short_of_core("falls_short")
    short_of_core("stays_out", intent="by_design_not")
    make.workflow(workflow_name="never_ran", intent="should")

    assert entries.completeness().short == 1
    assert found("short=true") == ["falls_short"]
    assert found("short=false") == ["never_ran", "stays_out"]
    assert len(found("short=true&short=false")) == 3


def test_the_newest_audit_says_which_entries_differ_and_what_is_not_registered():
    for name in ("agrees", "differs", "renamed", "waived"):
        make.workflow(workflow_name=name)
    Workflow.objects.get(workflow_name="renamed").aliases.create(alias="once")
    make.workflow(workflow_name="old", is_active=False)
    scans.scan({"kind": "table_mismatch", "slug": "agrees"}, functions=9)
    scans.scan(
        {"kind": "table_mismatch", "slug": "differs"},
        {"kind": "table_mismatch", "slug": "once"},
        {"kind": "table_mismatch", "slug": "waived", "waived_because": "Moves next week."},
        {"kind": "inactive_but_called", "slug": "old"},
        {"slug": "news", "function": "ingest_news"},
        {"slug": "once", "function": "ingest_once"},
        functions=53,
    )

    figures = entries.completeness()

    assert (figures.differing, figures.agreeing, figures.called) == (3, 2, 1)
    assert (figures.functions, figures.waiting) == (53, 1)
    assert found("differs=true") == ["differs", "old", "renamed"]
    assert found("called=true") == ["old"]
    assert [one.function for one in entries.unregistered()] == ["ingest_news"]


def test_an_audit_says_of_an_entry_in_what_they_differ_and_which_functions_use_it():
    workflow = make.workflow(workflow_name="news")
    workflow.aliases.create(alias="once")
    scans.scan(
        {"kind": "in_both", "slug": "news", "function": "ingest_news"},
        {"kind": "table_mismatch", "slug": "once", "function": "ingest_news"},
        {"kind": "table_mismatch", "slug": "other", "function": "ingest_other"},
    )

    said = entries.said_of(workflow, ["once"])

    assert [one.slug for one in said.differences] == ["once"]
    assert [one.function for one in said.functions] == ["ingest_news"]


def test_figures_cost_three_queries(django_assert_num_queries):
    scans.scan({"slug": "news"})
    make.workflow()

    with django_assert_num_queries(3):
        entries.completeness()
