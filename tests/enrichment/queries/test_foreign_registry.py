"""The registry of a warehouse: read as a table, judged row by row."""

import pytest

from enrichment.exceptions import TableRefused
from enrichment.queries import foreign_registry
from tests import make
from tests.enrichment import registries


@pytest.fixture
def judged(warehouse_apart, committed_db):
    for statement in registries.TABLE:
        warehouse_apart.execute(statement)
    make.workflow(workflow_name="evil")
    return {one.name: one for one in foreign_registry.judge(foreign_registry.read())}


def test_a_sound_row_is_taken_whole(judged):
    found = judged["company_discovery"]

    assert not found.refusal and not found.without
    assert found.values["core_table"] == "core.companies"
    assert found.values["coalesces_to_core"] and found.values["intent"] == "should"


def test_what_no_column_takes_is_left_out_and_named(judged):
    odd, profile = judged["odd_key"], judged["person_profile"]

    assert odd.values["key_type"] is odd.values["key_column"] is None
    assert odd.without == [
        "key_column (no column “no_such”)",
        "key_type (“planet” is neither company nor person)",
    ]
    assert profile.without == ["raw_table (no table “raw.gone”)"]
    assert profile.values["key_type"] == "person" and profile.values["is_active"] is False


def test_rows_that_name_no_new_workflow_are_refused_with_the_reason(judged):
    refusals = {name: one.refusal for name, one in judged.items() if one.refusal}

    assert set(refusals) & {"company_discovery", "Company_Discovery"}
    assert refusals["a row without a name"] == "it has no name"
    assert refusals["evil"] == "it is registered already"
    assert refusals["has blanks!"].startswith("its name has more than")
    assert any("is written like" in refusal for refusal in refusals.values())


def test_a_table_that_two_columns_name_is_taken_for_the_first(warehouse_apart, committed_db):
    row = {
        "workflow_name": "twice",
        "raw_table": "core.companies",
        "core_table": "core.companies",
    }

    [found] = foreign_registry.judge([row])

    assert found.without == ["core_table (“core.companies” again)"]
    assert (found.values["raw_table"], found.values["core_table"]) == ("core.companies", None)


def test_a_warehouse_without_a_registry_is_refused(warehouse_apart):
    with pytest.raises(TableRefused, match="has no table"):
        foreign_registry.read()


@pytest.mark.django_db
def test_the_consoles_own_view_is_nothing_to_read_in():
    with pytest.raises(TableRefused, match="console's own registry is the only"):
        foreign_registry.read()
