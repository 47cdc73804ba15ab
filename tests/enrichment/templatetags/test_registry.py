"""The registry in words."""

import pytest

from enrichment.models import Finding
from enrichment.queries import entries, workflowpages
from enrichment.templatetags import registry
from tests import make
from tests.enrichment import scans

pytestmark = pytest.mark.django_db


def test_without_an_audit_it_is_said_that_nobody_scanned():
    make.workflow()
    found = entries.completeness()

    assert registry.of_functions(found) == registry.of_scan(found) == "the code is not scanned yet"
    assert registry.of_fields(found) == "2 of 9 fields filled, 22 %"


def test_an_audit_says_how_many_functions_it_found_and_when():
    scans.scan(functions=1)
    found = entries.completeness()

    assert registry.of_functions(found) == "of 1 function found"
    assert registry.of_scan(found).startswith("scanned ")


@pytest.mark.parametrize(
    ("writes", "said"),
    [
        ([{"layer": "raw", "table": "raw.a"}, {"table": "core.b"}], "raw.a, core.b"),
        ([], "unknown"),
        ({"odd": 1}, "unknown"),
        (["odd"], "unknown"),
    ],
)
def test_tables_are_listed_as_far_as_the_code_shows_them(writes, said):
    assert registry.tables_of(Finding(writes=writes)) == said


def test_the_way_of_the_data_has_its_three_layers_and_says_where_it_stops():
    workflow = make.workflow(extracted_table="extracted.a", intent="by_design_not")
    workflow.flows.create(layer="extracted", table_name="extracted.b")
    flows = list(workflow.flows.order_by("-id"))

    raw, extracted, core = registry.steps_of(flows, workflow)

    assert (raw.flows, raw.without) == ([], "no table is named")
    assert [flow.table_name for flow in extracted.flows] == ["extracted.a", "extracted.b"]
    assert (core.hop, core.without) == ("stops here", "none by design")


def test_a_line_says_who_provides_and_who_looks_after_it():
    known = make.workflow(provider="clay", payload_type="signal", owner="Data")

    assert registry.who_provides(known) == "clay, signal, one entity is a company. Owner: Data."
    unknown = registry.who_provides(make.workflow(key_type=None))
    assert unknown == "its entity is not said. Owner: nobody."


def test_a_bar_says_all_its_buckets():
    line = workflowpages.buckets(make.run().workflow)

    drawn = registry.coverage_bar(line)

    assert "completed 1, running 0" in drawn and "not run 0" in drawn
    assert [one.label for one in registry.bucket_rows(line)][-1] == "Not run"


def test_a_list_that_is_not_there_has_no_address():
    assert registry.narrowed("/runs/", workflow="a&b") == "/runs/?workflow=a%26b"
    assert registry.narrowed("", workflow="a") == ""


def test_an_audit_names_kinds_in_words():
    assert registry.kind_in_words(Finding(kind="table_mismatch")) == "Table mismatch"
