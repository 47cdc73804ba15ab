"""The seed's columns, the flows, the intent and the names of a workflow are kept in step, whoever writes."""

import pytest
from django.db import IntegrityError, connection, transaction

from enrichment.models import DataFlow, Workflow, WorkflowAlias
from governance.models import Event
from tests import make

pytestmark = pytest.mark.django_db
COLUMNS = ("raw_table", "extracted_table", "core_table", "key_column")


def flows(workflow):
    rows = DataFlow.objects.filter(workflow=workflow).order_by("layer", "table_name")
    return [(one.layer, one.table_name, one.key_columns, one.is_primary) for one in rows]


def columns(workflow):
    return Workflow.objects.values_list(*COLUMNS).get(pk=workflow.pk)


def plain(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


def test_what_the_columns_name_becomes_the_primary_flow_of_each_layer():
    workflow = make.workflow(
        raw_table="raw.payload", extracted_table="extracted.company", key_column="domain"
    )

    assert flows(workflow) == [
        ("extracted", "extracted.company", ["domain"], True),
        ("raw", "raw.payload", ["domain"], True),
    ]


def test_what_the_flows_say_stands_in_the_columns():
    workflow = make.workflow()

    workflow.flows.create(layer="extracted", table_name="extracted.x", key_columns=["domain"])
    workflow.flows.create(layer="core", table_name="core.funding", key_columns=["d", "source"])
    workflow.flows.create(layer="core", table_name="core.companies", key_columns=["id"])

    assert columns(workflow) == (None, "extracted.x", "core.funding", "domain")


def test_another_table_in_a_column_renames_the_flow_and_keeps_the_others():
    workflow = make.workflow(core_table="core.a", key_column="domain")
    workflow.flows.create(layer="core", table_name="core.b", key_columns=["domain", "source"])

    Workflow.objects.filter(pk=workflow.pk).update(core_table="core.c", key_column="host")

    assert flows(workflow) == [
        ("core", "core.b", ["domain", "source"], False),
        ("core", "core.c", ["host"], True),
    ]
    Workflow.objects.filter(pk=workflow.pk).update(core_table="core.b")
    assert [one[1:] for one in flows(workflow)] == [
        ("core.b", ["host", "source"], True),
        ("core.c", ["host"], False),
    ]
    assert columns(workflow)[2:] == ("core.b", "host")


def test_the_next_flow_leads_when_the_primary_one_goes():
    workflow = make.workflow(raw_table="raw.a", key_column="domain")
    workflow.flows.create(layer="raw", table_name="raw.b", key_columns=["host"])

    workflow.flows.get(table_name="raw.a").delete()

    assert columns(workflow) == ("raw.b", None, None, "host")


def test_an_emptied_column_takes_its_flow_away():
    workflow = make.workflow(raw_table="raw.a", core_table="core.a", key_column="domain")

    Workflow.objects.filter(pk=workflow.pk).update(core_table=None)

    assert flows(workflow) == [("raw", "raw.a", ["domain"], True)]


@pytest.mark.parametrize(
    ("before", "written", "after"),
    [
        (None, {"coalesces_to_core": True}, ("should", True)),
        ("should", {"coalesces_to_core": False}, (None, False)),
        ("legacy", {"coalesces_to_core": True}, ("should", True)),
        ("legacy", {"coalesces_to_core": False}, ("legacy", False)),
        (None, {"intent": "should"}, ("should", True)),
        (
            "should",
            {"intent": "by_design_not", "coalesces_to_core": True},
            ("by_design_not", False),
        ),
        ("should", {"intent": None}, (None, False)),
    ],
)
def test_intent_and_the_seeds_flag_say_the_same(before, written, after):
    workflow = make.workflow(intent=before)

    Workflow.objects.filter(pk=workflow.pk).update(**written)

    workflow.refresh_from_db()
    assert (workflow.intent, workflow.coalesces_to_core) == after


def test_a_name_given_up_stays_as_an_alias_and_comes_back():
    workflow = make.workflow(workflow_name="old")

    Workflow.objects.filter(pk=workflow.pk).update(workflow_name="new")
    assert list(WorkflowAlias.objects.values_list("alias", "workflow")) == [("old", workflow.pk)]

    Workflow.objects.filter(pk=workflow.pk).update(workflow_name="old")
    assert [one.alias for one in WorkflowAlias.objects.all()] == ["new"]


def test_no_name_means_two_workflows():
    first = make.workflow(workflow_name="first")
    second = make.workflow(workflow_name="second")
    first.aliases.create(alias="once")

    for refused in (
        lambda: Workflow.objects.filter(pk=second.pk).update(workflow_name="once"),
        lambda: make.workflow(workflow_name="once"),
        lambda: second.aliases.create(alias="first"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            refused()


def test_the_seeds_upsert_works_and_leaves_a_trace():
    upsert = """INSERT INTO reference.enrichment_workflow_registry
        (workflow_name, raw_table, key_column, key_type, coalesces_to_core)
        VALUES ('company_funding', %s, 'domain', 'company', true)
        ON CONFLICT (workflow_name) DO UPDATE SET raw_table = excluded.raw_table"""

    plain(upsert, "raw.a")
    plain(upsert, "raw.b")

    workflow = Workflow.objects.get(workflow_name="company_funding")
    assert flows(workflow) == [("raw", "raw.b", ["domain"], True)]
    assert (workflow.intent, workflow.is_active) == ("should", True)
    events = Event.objects.filter(subject_type="enrichment.workflow", actor__isnull=True)
    assert [one.action for one in events.order_by("id")] == ["CREATE", "UPDATE"]
    assert events.order_by("id").last().after["raw_table"] == "raw.b"


def test_plain_sql_meets_the_same_rules():
    statement = "INSERT INTO reference.enrichment_workflow_registry (workflow_name) VALUES (%s)"

    for name in ("Upper", "with blank", "", "x" * 300):
        with pytest.raises(IntegrityError), transaction.atomic():
            plain(statement, name)
    assert plain(statement, " trimmed ") == 1
    assert Workflow.objects.get().workflow_name == "trimmed"


@pytest.mark.parametrize("table", ["core_table", "extracted_table"])
def test_a_table_is_one_of_one_layer(table):
    with pytest.raises(IntegrityError, match="workflow_tables_differ"), transaction.atomic():
        make.workflow(**{"raw_table": "raw.x", table: "raw.x"})


def test_blanks_name_no_table():
    workflow = make.workflow(raw_table="", extracted_table=" ", core_table=" core.x ")

    assert columns(workflow)[:3] == (None, None, "core.x")
    assert [one[1] for one in flows(workflow)] == ["core.x"]
