"""Taking operations back: each row to its own former state, in three groups."""

import pytest

from governance.exceptions import NotPermitted, PlanRefused, StateRefused
from governance.models import (
    ArchivedError,
    CompanyTarget,
    Disposition,
    ErrorPattern,
    ErrorTable,
    ErrorText,
    HubError,
    Operation,
)
from governance.queries.operations import undo_groups
from governance.services.approvals import requests, votes
from governance.services.operations import plans, runner, steering, undos
from tests import make
from tests.governance import facts

pytestmark = pytest.mark.django_db

ALL = (HubError, ArchivedError, CompanyTarget)
# versions only rise, and the time of the last change is the undo's
KEPT = "'{version,updated_at}'"
ASKED = {
    "park": {"reason": "DATA_QUALITY", "owner": "Platform team", "ttl_tier": "LONG"},
    "unpark": {},
    "retry": {"note": "again"},
    "resolve": {"note": "fixed"},
    "ignore": {"note": "noise"},
    "escalate": {"note": "late"},
    "assign": {"owner": "Platform team"},
    "set_ttl": {"ttl_tier": "SHORT"},
    "archive": {"reason": "MANUAL"},
    "restore": {},
    "reset": {},
}


@pytest.fixture(autouse=True)
def a_table_that_allows_everything():
    ErrorTable.objects.filter(name=make.CT).update(allowed_dispositions=Disposition.values)


def some_rows(verb):
    """Rows of every kind that the verb takes, each with a past of its own."""
    if verb == "reset":
        return [make.target("failed"), make.target("failed")]
    if verb == "restore":
        moved = [
            make.error(disposition="IGNORE", retry_count=2),
            make.error(disposition="RESOLVED", resolution_note="once"),
        ]
        run("archive", moved, reason="SUPERSEDED")
        return list(ArchivedError.objects.filter(pk__in=[row.pk for row in moved]))
    parked = [
        make.error(disposition="PARKED", park_reason="EXTERNAL_DEPENDENCY"),
        make.error(disposition="PARKED", parked_by="someone"),
    ]
    fresh = [
        make.error(),
        make.error(retry_count=2, ttl_tier="LONG"),
        make.error(owner="Platform team"),
        make.error(disposition="IGNORE"),
    ]
    if verb in ("unpark", "escalate"):
        return parked
    if verb in ("resolve", "assign", "set_ttl"):
        return [*fresh, *parked]
    return (
        [
            make.error(disposition="IGNORE"),
            make.error(disposition="RESOLVED", resolution_note="once"),
        ]
        if verb == "archive"
        else fresh
    )


def digests():
    return [facts.bytes_of(model, without=KEPT) for model in ALL]


def run(verb, rows, **given):
    operation = plans.make(verb, errors=rows, by=make.triager(), **given)
    runner.run(operation)
    return operation


def undone(operation):
    back = undos.plan(operation, by=operation.requester)
    runner.run(back)
    return back


@pytest.mark.parametrize("verb", ASKED)
def test_undo_brings_every_row_back_to_its_own_former_state(verb):
    rows = some_rows(verb)
    before = digests()
    operation = run(verb, rows, **ASKED[verb])
    assert operation.applied
    assert digests() != before

    back = undone(operation)

    assert digests() == before
    assert undo_groups.groups(back) == {
        "reverted": operation.applied,
        "changed_since": 0,
        "not_reversible": 0,
    }
    assert set(facts.events(back).values()) == {1}


@pytest.mark.parametrize("verb", ASKED)
def test_an_undo_can_be_undone(verb):
    operation = run(verb, some_rows(verb), **ASKED[verb])
    after = digests()
    back = undone(operation)

    again = undone(back)

    assert digests() == after
    assert again.undoes == back


def test_an_undo_lists_what_goes_back_what_was_changed_since_and_what_cannot():
    fine, changed, gone = make.error(), make.error(), make.error()
    operation = run("park", [fine, changed, gone], reason="DATA_QUALITY")
    run("resolve", [changed], note="fixed")
    HubError.objects.filter(pk=gone.pk).delete()

    seen = undo_groups.preview(operation)
    planned = undos.plan(operation, by=operation.requester)
    expected = {"reverted": 1, "changed_since": 1, "not_reversible": 1}

    assert seen == expected
    assert undo_groups.groups(planned) == expected
    runner.run(planned)
    assert undo_groups.groups(planned) == expected
    assert facts.outcomes(planned)[changed.pk] == ("skipped", "changed since")


@pytest.mark.parametrize("last", ["assign", "resolve", "escalate"])
def test_a_row_that_two_operations_changed_goes_back_through_both(last):
    rows = make.errors(2)
    before = digests()
    first = run("park", rows, reason="DATA_QUALITY")
    second = run(last, rows[:1], **ASKED[last])
    between = undo_groups.preview(first)

    undone(second)
    seen = undo_groups.preview(first)
    back = undone(first)

    assert (between["changed_since"], seen["changed_since"], back.applied) == (1, 0, 2)
    assert digests() == before


def test_a_row_that_went_to_the_archive_and_came_back_goes_on_to_the_state_before():
    row = make.error()
    before = digests()
    first = run("ignore", [row], note="noise")
    undone(run("archive", [row], reason="MANUAL"))

    undone(first)

    assert digests() == before


def test_what_an_undo_of_an_undo_did_again_is_a_change():
    rows = make.errors(2)
    first = run("park", rows, reason="DATA_QUALITY")
    second = run("resolve", rows, note="fixed")
    undone(undone(second))

    assert undo_groups.preview(first) == {"reverted": 0, "changed_since": 2, "not_reversible": 0}
    assert undo_groups.preview(second)["reverted"] == 2


def test_a_row_changed_between_the_plan_of_an_undo_and_its_run_stays_as_it_is():
    rows = make.errors(2)
    operation = run("park", rows, reason="DATA_QUALITY")
    back = undos.plan(operation, by=operation.requester)
    run("resolve", rows[:1], note="fixed")

    runner.run(back)

    assert undo_groups.groups(back) == {"reverted": 1, "changed_since": 1, "not_reversible": 0}
    assert HubError.objects.get(pk=rows[0].pk).disposition == "RESOLVED"


def test_an_archived_row_that_plain_sql_changed_stays_where_it_is():
    rows = make.errors(2, disposition="RESOLVED")
    archived = run("archive", rows, reason="MANUAL")
    restore = plans.make("restore", rows=ArchivedError.objects.all(), by=make.triager())
    ArchivedError.objects.filter(pk=rows[0].pk).update(message="Somebody else wrote this.")

    assert undo_groups.preview(archived) == {"reverted": 1, "changed_since": 1, "not_reversible": 0}
    runner.run(restore)

    assert facts.outcomes(restore)[rows[0].pk] == ("skipped", "changed since plan")
    assert ArchivedError.objects.get().pk == rows[0].pk


def test_a_changed_archived_row_is_found_by_its_new_words():
    row = make.error(disposition="RESOLVED", message="The old words.")
    run("archive", [row], reason="MANUAL")

    ArchivedError.objects.filter(pk=row.pk).update(message="Quite other words.")

    changed = ArchivedError.objects.get(pk=row.pk)
    assert ErrorText.objects.get(error_id=row.pk).body.startswith("Quite other words.")
    assert ErrorPattern.objects.get(key=bytes(changed.message_key)).body == "Quite other words."


def test_only_applied_rows_are_undone():
    done, left = make.errors(4), make.errors(4)
    operation = plans.make("park", errors=[*done, *left], by=make.triager(), reason="DATA_QUALITY")
    Operation.objects.filter(pk=operation.pk).update(chunk_rows=4)
    steering.start(operation, by=operation.requester)
    runner.run_chunk(operation.pk)
    steering.cancel(operation, by=operation.requester)

    back = undos.plan(operation, by=operation.requester)

    assert (back.planned, back.eligible) == (4, 4)


def test_a_running_operation_and_one_that_did_nothing_have_nothing_to_undo():
    waiting = plans.make("park", errors=[make.error()], by=make.triager(), reason="DATA_QUALITY")
    without_effect = plans.make(
        "park", errors=[make.error()], by=make.triager(), reason="DATA_QUALITY"
    )
    HubError.objects.update(owner="Somebody")
    runner.run(without_effect)

    for operation in (waiting, without_effect):
        with pytest.raises(StateRefused):
            undos.plan(operation, by=operation.requester)


def test_two_undos_of_one_operation_do_not_wait_side_by_side():
    operation = run("park", [make.error()], reason="DATA_QUALITY")
    undos.plan(operation, by=operation.requester)

    with pytest.raises(StateRefused):
        undos.plan(operation, by=operation.requester)


def test_an_undo_with_nothing_left_is_refused_and_leaves_no_plan():
    error = make.error()
    operation = run("park", [error], reason="DATA_QUALITY")
    run("resolve", [error], note="fixed")

    with pytest.raises(PlanRefused):
        undos.plan(operation, by=operation.requester)

    assert not operation.undos.exists()


def test_nobody_undoes_without_the_right_of_the_verb():
    operation = run("park", [make.error()], reason="DATA_QUALITY")

    with pytest.raises(NotPermitted):
        undos.plan(operation, by=make.viewer())


def test_an_undo_needs_approval_like_what_it_undoes_and_the_same_manager_may_give_it():
    operation = plans.make(
        "assign", errors=make.errors(501), by=make.triager(), owner="Platform team"
    )
    manager = make.manager()
    votes.approve(requests.make(operation, by=operation.requester), by=manager)
    operation.refresh_from_db()
    runner.finish(operation)

    back = undos.plan(operation, by=operation.requester)
    votes.approve(requests.make(back, by=back.requester), by=manager)
    back.refresh_from_db()
    runner.finish(back)

    assert (back.gate, back.state, back.applied) == ("BULK-ROWS", "done", 501)
