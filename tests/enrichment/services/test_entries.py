"""Entries are made and edited whole: columns, tables and names; with history and a way back."""

import pytest

from enrichment.exceptions import RegistryRefused
from enrichment.models import Workflow
from enrichment.services import entries
from enrichment.services.entries import Entry, Flow
from governance.exceptions import NotPermitted, PlanRefused, StateRefused
from governance.models import Event, Operation
from governance.services.operations import acts
from tests import make

pytestmark = pytest.mark.django_db
RAW = Flow("raw", "raw.news", ("company_domain",))
EXTRACTED = Flow("extracted", "extracted.news", ("domain",))
FUNDING = Flow("core", "core.company_funding", ("domain", "source"))
COMPANIES = Flow("core", "core.companies", ("domain",))


def events(workflow):
    found = Event.objects.filter(subject_type="enrichment.workflow", subject_key=str(workflow.pk))
    return [(one.action, one.actor) for one in found.order_by("id")]


def edited(workflow, by, *flows, **columns):
    version = Workflow.objects.get(pk=workflow.pk).version
    said = Entry(columns, flows or None)
    done = entries.edit(workflow, said, by=by, version=version)
    workflow.refresh_from_db()
    return done


@pytest.fixture
def by():
    return make.triager()


@pytest.fixture
def workflow(by):
    entry = Entry(
        {"workflow_name": "company_news", "key_type": "company"},
        [RAW, EXTRACTED, FUNDING],
        ["news"],
    )
    return entries.register(entry, by=by)


def test_a_new_entry_has_its_tables_its_names_and_who_made_it(workflow, by):
    assert (workflow.raw_table, workflow.core_table) == ("raw.news", "core.company_funding")
    assert workflow.key_column == "domain"
    assert entries.flows_of(workflow) == [RAW, EXTRACTED, FUNDING]
    assert [one.alias for one in workflow.aliases.all()] == ["news"]
    assert ("REGISTER", by.username) in events(workflow)


def test_columns_change_by_an_operation_that_can_be_taken_back(workflow, by):
    done = edited(workflow, by, owner="Data team", intent="should")

    assert (done.state, done.applied, workflow.owner) == ("done", 1, "Data team")
    assert workflow.coalesces_to_core
    assert events(workflow)[-1] == ("EDIT_ENTRY", by.username)
    acts.take_back(done, by=by)
    workflow.refresh_from_db()
    assert (workflow.owner, workflow.intent, workflow.coalesces_to_core) == ("", None, False)


def test_another_leading_table_is_one_change_of_the_entry_and_goes_back(workflow, by):
    before = workflow.version

    done = edited(workflow, by, EXTRACTED, COMPANIES, FUNDING, owner="x")

    assert entries.flows_of(workflow) == [EXTRACTED, COMPANIES, FUNDING]
    assert (workflow.raw_table, workflow.core_table) == (None, "core.companies")
    assert workflow.version == before + 1
    acts.take_back(done, by=by)
    workflow.refresh_from_db()
    assert (workflow.raw_table, workflow.core_table) == ("raw.news", "core.company_funding")


def test_a_layer_that_is_emptied_takes_all_its_tables_along(workflow, by):
    edited(workflow, by, RAW, EXTRACTED, FUNDING, COMPANIES)
    before = workflow.version

    edited(workflow, by, RAW, EXTRACTED)

    assert entries.flows_of(workflow) == [RAW, EXTRACTED]
    assert (workflow.core_table, workflow.version) == (None, before + 1)


def test_a_table_beside_the_leading_one_is_a_change_of_the_entry_and_goes_back(workflow, by):
    before = workflow.version

    done = edited(workflow, by, RAW, EXTRACTED, FUNDING, COMPANIES)

    assert workflow.flows.get(is_primary=True, layer="core").table_name == "core.company_funding"
    assert workflow.version == before + 1
    assert events(workflow)[-1] == ("EDIT_ENTRY", by.username)
    acts.take_back(done, by=by)
    assert entries.flows_of(workflow) == [RAW, EXTRACTED, FUNDING]


def whole(workflow):
    columns = "layer", "table_name", "key_columns", "is_primary", "position"
    flows = workflow.flows.order_by("table_name").values_list(*columns)
    names = workflow.aliases.values_list("alias", flat=True)
    today = Workflow.objects.get(pk=workflow.pk)
    return list(flows), list(names), today.workflow_name, today.key_column


@pytest.mark.parametrize(
    "said",
    [
        Entry({}, [EXTRACTED, COMPANIES], ["press"]),
        Entry({}, [RAW, Flow("core", "extracted.news", ("id",)), FUNDING], []),
        Entry({"workflow_name": "newsroom"}, None, ["press"]),
        Entry({"workflow_name": "news"}, [RAW], None),
        Entry({"raw_table": None, "core_table": "core.companies"}, None, None),
        Entry({"key_column": "host"}, [], []),
    ],
)
def test_taking_an_edit_back_gives_tables_and_names_again_exactly(workflow, by, said):
    spare = Flow("raw", "raw.spare", ("a", "b"))
    edited(workflow, by, RAW, spare, EXTRACTED, COMPANIES, FUNDING)
    # as plain SQL may have it: another one leads, in places of its own
    Workflow.objects.filter(pk=workflow.pk).update(raw_table="raw.spare")
    workflow.flows.filter(table_name="raw.spare").update(position=9)
    workflow.refresh_from_db()
    before = whole(workflow)

    done = entries.edit(workflow, said, by=by, version=workflow.version)
    after = whole(workflow)
    undo = acts.take_back(done, by=by)

    assert after != before
    assert whole(workflow) == before
    acts.take_back(undo, by=by)
    assert whole(workflow) == after


def test_what_a_column_or_a_rename_changed_before_an_edit_is_kept_by_its_undo(workflow, by):
    Workflow.objects.filter(pk=workflow.pk).update(workflow_name="press", raw_table="raw.press")
    workflow.refresh_from_db()
    before = whole(workflow)

    done = edited(workflow, by, RAW, COMPANIES, owner="x")
    acts.take_back(done, by=by)

    assert whole(workflow) == before
    assert before[1] == ["company_news", "news"]


@pytest.mark.parametrize(
    "elsewhere",
    [
        lambda workflow: workflow.flows.filter(table_name="core.companies").delete(),
        lambda workflow: workflow.flows.create(layer="core", table_name="core.people"),
        lambda workflow: workflow.aliases.create(alias="press"),
        lambda workflow: workflow.aliases.all().delete(),
        lambda workflow: Workflow.objects.filter(pk=workflow.pk).update(provider="clay"),
    ],
)
def test_an_edit_after_which_somebody_else_changed_it_stays(workflow, by, elsewhere):
    done = edited(workflow, by, RAW, COMPANIES, FUNDING)
    elsewhere(workflow)
    left = whole(workflow)

    with pytest.raises(PlanRefused, match="changed since"):
        acts.take_back(done, by=by)

    assert whole(workflow) == left


def test_a_name_that_another_took_meanwhile_cannot_come_back(workflow, by):
    done = entries.edit(workflow, Entry({}, None, []), by=by, version=workflow.version)
    make.workflow(workflow_name="other").aliases.create(alias="news")

    with pytest.raises(PlanRefused, match=r"news.* is another workflow's earlier name"):
        acts.take_back(done, by=by)

    assert not workflow.aliases.exists()


def test_the_keys_of_a_table_change_with_the_column_that_repeats_them(workflow, by):
    extracted = Flow("extracted", "extracted.news", ("host", "day"))

    edited(workflow, by, RAW, extracted, FUNDING)

    assert workflow.key_column == "host"
    assert entries.flows_of(workflow) == [RAW, extracted, FUNDING]


def test_a_renamed_entry_keeps_its_old_name_whatever_the_form_says(workflow, by):
    said = Entry({"workflow_name": "newsroom"}, None, [])

    entries.edit(workflow, said, by=by, version=workflow.version)

    assert [one.alias for one in workflow.aliases.all()] == ["company_news"]


def test_a_form_that_is_sent_twice_is_done_once(workflow, by):
    said, version = Entry({"owner": "Data team"}), workflow.version

    first = entries.edit(workflow, said, by=by, version=version)
    second = entries.edit(workflow, said, by=by, version=version)

    assert first.applied == 1 and second is None
    assert Operation.objects.filter(verb="edit_entry").count() == 1


def test_of_two_tabs_the_later_one_changes_nothing(workflow, by):
    version = workflow.version
    entries.edit(workflow, Entry({"owner": "first"}), by=by, version=version)

    with pytest.raises(StateRefused, match="Somebody has changed this entry"):
        entries.edit(workflow, Entry({"owner": "second"}), by=by, version=version)

    workflow.refresh_from_db()
    assert workflow.owner == "first"


@pytest.mark.parametrize(
    ("columns", "status", "field"),
    [
        ({"workflow_name": "Not A Slug"}, 422, "__all__"),
        ({"workflow_name": "other"}, 409, "workflow_name"),
        ({"workflow_name": "once"}, 409, None),
        ({"key_type": "ship"}, 422, "key_type"),
        ({"intent": "perhaps"}, 422, "intent"),
        ({"fresh_days": -1}, 422, "fresh_days"),
        ({"owner": "x" * 300}, 422, "owner"),
    ],
)
def test_what_breaks_a_rule_is_refused_and_nothing_is_done(workflow, by, columns, status, field):
    make.workflow(workflow_name="other").aliases.create(alias="once")
    before = workflow.version

    with pytest.raises(RegistryRefused) as refusal:
        edited(workflow, by, **columns)

    fields = [one["field"] for one in refusal.value.members["errors"]]
    assert (refusal.value.status, fields[:1]) == (status, [field] if field else [])
    workflow.refresh_from_db()
    assert workflow.version == before


def test_a_name_that_is_taken_is_refused_and_leaves_nothing(by, workflow):
    for name in ("company_news", "news"):
        with pytest.raises(RegistryRefused) as refusal:
            entries.register(Entry({"workflow_name": name}), by=by)
        assert refusal.value.status == 409
    assert Workflow.objects.count() == 1


def test_who_may_not_changes_nothing(workflow):
    with pytest.raises(NotPermitted):
        entries.edit(workflow, Entry({"owner": "x"}), by=make.viewer(), version=workflow.version)
    with pytest.raises(NotPermitted):
        entries.register(Entry({"workflow_name": "x"}), by=make.analyst())
