"""A chunk of an import of hub rows, and of its undo."""

import uuid

import pytest
from django.db import connection

from governance.models import CompanySlot, CompanyTarget, Event, Outreach, Readiness
from governance.queries.operations import undo_groups
from governance.services.files import imports
from governance.services.operations import runner, undos
from tests import make
from tests.governance.services.files.hub_files import brought_in, checked

pytestmark = pytest.mark.django_db
SOVEREIGN = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
def manager():
    return make.manager()


def drift() -> int:
    """How many rows of readiness differ from their definition."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM governance.readiness_drift")
        return cursor.fetchone()[0]


def test_new_rows_are_made_and_stored_ones_take_what_the_file_says(manager):
    on, other = make.outreach(), make.outreach()
    stored = make.target("pending", outreach=on, method_type="MX_ONLY")
    new = {"outreach_id": other.pk, "execution_status": "failed"}
    change = {"outreach_id": on.pk, "execution_status": "blocked"}

    operation = brought_in("company_target", new, change, by=manager)

    assert (operation.state, operation.applied, operation.kind) == ("done", 2, "import")
    stored.refresh_from_db()
    assert (stored.execution_status, stored.method_type, stored.version) == (
        "blocked",
        "MX_ONLY",
        2,
    )
    assert CompanyTarget.objects.get(outreach=other).execution_status == "failed"
    assert operation.items.get(subject_id=str(stored.pk)).before == {"execution_status": "pending"}


def test_every_row_leaves_an_event_with_its_operation(manager):
    slot = make.slots(0)[0]

    operation = brought_in("company_slot", {"slot_id": slot.pk, "is_filled": "yes"}, by=manager)

    event = Event.objects.get(operation_id=operation.pk)
    assert (event.action, event.actor, event.reason) == (
        "IMPORT",
        manager.username,
        "company_slot.csv",
    )
    assert (event.before["is_filled"], event.after["is_filled"]) == (False, True)


def test_readiness_follows_an_import_and_its_undo(manager):
    on = make.outreach()
    make.slots(2, outreach=on)
    ready = {
        "outreach_id": on.pk,
        "execution_status": "ready",
        "email_method": "first.last",
        "confidence_score": "0.7",
        "imo_completed_at": "2026-01-05T10:00:00Z",
    }

    operation = brought_in("company_target", ready, by=manager)
    assert (on.readiness.tier, drift()) == ("TIER_0_ANCHOR_DONE", 0)

    runner.run(undos.plan(operation, by=manager))
    on.readiness.refresh_from_db()
    assert (on.readiness.tier, drift()) == ("NOT_READY", 0)
    assert not CompanyTarget.objects.filter(outreach=on).exists()


def test_undo_gives_back_what_was_changed_and_leaves_what_changed_since(manager):
    one, two = make.target("pending"), make.target("pending")
    rows = [{"target_id": row.pk, "execution_status": "blocked"} for row in (one, two)]
    operation = brought_in("company_target", *rows, by=manager)
    CompanyTarget.objects.filter(pk=two.pk).update(email_method="flast")

    undo = undos.plan(operation, by=manager)
    runner.run(undo)

    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.execution_status, two.execution_status) == ("pending", "blocked")
    assert undo_groups.groups(undo) == {"reverted": 1, "changed_since": 1, "not_reversible": 0}


def test_an_undo_can_be_taken_back(manager):
    target = make.target("pending")
    row = {"target_id": target.pk, "execution_status": "blocked"}
    operation = brought_in("company_target", row, by=manager)
    undo = undos.plan(operation, by=manager)
    runner.run(undo)

    runner.run(undos.plan(undo, by=manager))

    target.refresh_from_db()
    assert target.execution_status == "blocked"


def test_a_company_that_came_in_goes_with_what_is_kept_for_it(manager):
    operation = brought_in(
        "outreach", {"sovereign_id": SOVEREIGN, "domain": "a.example"}, by=manager
    )
    new = Outreach.objects.get(domain="a.example")
    assert Readiness.objects.filter(pk=new.pk).exists()

    undo = undos.plan(operation, by=manager)
    runner.run(undo)

    assert undo.applied == 1
    assert not Outreach.objects.filter(pk=new.pk).exists()
    assert not Readiness.objects.filter(pk=new.pk).exists()
    assert "sovereign_id" not in undo.items.get().before


def test_a_company_on_which_others_hang_is_listed_as_not_reversible(manager):
    ids = [str(uuid.uuid4()) for _ in range(2)]
    rows = [{"outreach_id": key, "sovereign_id": SOVEREIGN} for key in ids]
    operation = brought_in("outreach", *rows, by=manager)
    make.blog(outreach=Outreach.objects.get(pk=ids[0]))
    assert undo_groups.preview(operation)["not_reversible"] == 1

    undo = undos.plan(operation, by=manager)
    runner.run(undo)

    assert undo.refusals == {undo_groups.HELD: 1}
    assert undo_groups.groups(undo) == {"reverted": 1, "changed_since": 0, "not_reversible": 1}
    assert [str(key) for key in Outreach.objects.values_list("pk", flat=True)] == ids[:1]


def test_what_hangs_on_a_company_since_the_undo_was_planned_keeps_it(manager):
    operation = brought_in("outreach", {"sovereign_id": SOVEREIGN}, by=manager)
    undo = undos.plan(operation, by=manager)
    make.blog(outreach=Outreach.objects.get())

    runner.run(undo)

    assert (undo.applied, undo.skipped, Outreach.objects.count()) == (0, 1, 1)


def test_a_row_changed_since_the_plan_is_skipped(manager):
    target = make.target("pending")
    row = {"target_id": target.pk, "execution_status": "blocked"}
    operation = imports.plan(checked("company_target", row, by=manager), by=manager)
    CompanyTarget.objects.filter(pk=target.pk).update(email_method="flast")

    runner.run(operation)

    assert operation.items.get().reason == "changed since plan"
    target.refresh_from_db()
    assert target.execution_status == "pending"


@pytest.mark.parametrize("table", ["company_slot", "people"])
def test_two_imports_of_the_same_file_never_double_a_row(manager, table):
    rows = [{"outreach_id": make.outreach().pk, "slot_type": "CEO"} for _ in range(3)]
    first, second = (imports.plan(checked(table, *rows, by=manager), by=manager) for _ in range(2))

    runner.run(first)
    runner.run(second)

    assert (first.applied, second.applied, second.skipped) == (3, 0, 3)
    assert set(second.items.values_list("reason", flat=True)) == {"changed since plan"}
    assert first.verb == f"import_{table}"


def test_a_row_whose_company_went_since_the_plan_fails_alone(manager):
    gone, there = make.outreach(), make.outreach()
    rows = [{"outreach_id": on.pk, "slot_type": "CEO"} for on in (gone, there)]
    operation = imports.plan(checked("company_slot", *rows, by=manager), by=manager)
    Outreach.objects.filter(pk=gone.pk).delete()

    runner.run(operation)

    assert (operation.state, operation.applied, operation.failed) == ("done", 1, 1)
    assert CompanySlot.objects.get().outreach == there
