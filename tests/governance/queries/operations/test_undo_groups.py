"""The three groups of an undo, and whether one is offered at all."""

import pytest

from governance.models import ArchivedError, HubError, Operation, OperationItem
from governance.queries.operations import undo_groups
from governance.services.operations import plans, runner
from tests import make

db = pytest.mark.django_db


@pytest.mark.parametrize(
    ("state", "applied", "expected"),
    [
        ("done", 3, True),
        ("cancelled", 3, True),
        ("failed", 1, True),
        ("done", 0, False),
        ("running", 3, False),
        ("paused", 3, False),
        ("planned", 0, False),
    ],
)
def test_only_what_has_ended_and_changed_rows_has_something_to_undo(state, applied, expected):
    assert undo_groups.has_rows(Operation(state=state, applied=applied)) is expected


@pytest.mark.parametrize(
    ("states", "offered"),
    [
        ([], True),
        (["cancelled", "expired", "rejected", "failed"], True),
        (["planned"], False),
        (["rejected", "running"], False),
        (["done"], False),
    ],
)
def test_an_undo_is_offered_while_none_waits_runs_or_has_done_it(states, offered):
    original = Operation(state="done", applied=2)

    assert undo_groups.is_offered(original, [Operation(state=one) for one in states]) is offered


def test_rows_that_are_gone_or_failed_are_not_reversible_and_rows_to_do_count_as_reverted():
    refusals = {undo_groups.NOT_REVERSIBLE: 2, undo_groups.CHANGED_SINCE: 3}
    counts = {"eligible": 9, "skipped": 5, "refusals": refusals}

    waiting = undo_groups.groups(Operation(state="planned", **counts))
    ended = undo_groups.groups(
        Operation(state="done", applied=7, failed=1, **counts | {"skipped": 6})
    )

    assert waiting == {"reverted": 9, "changed_since": 3, "not_reversible": 2}
    assert ended == {"reverted": 7, "changed_since": 4, "not_reversible": 3}


def ended(verb, rows, **asked) -> Operation:
    operation = plans.make(verb, errors=rows, by=make.triager(), **asked)
    runner.run(operation)
    return operation


def subjects_in(operation: Operation, group: str) -> set:
    rows = undo_groups.rows_of_group(operation, group)
    found = OperationItem.objects.filter(operation=operation, subject_id__in=rows)
    return set(found.values_list("subject_id", flat=True))


@db
def test_the_groups_counted_are_the_rows_listed():
    back, changed, gone = make.errors(3)
    operation = ended("park", [back, changed, gone], reason="DATA_QUALITY")
    HubError.objects.filter(pk=changed.pk).update(owner="Somebody")
    HubError.objects.filter(pk=gone.pk).delete()

    assert undo_groups.preview(operation) == dict.fromkeys(undo_groups.GROUPS, 1)
    assert [subjects_in(operation, group) for group in undo_groups.GROUPS] == [
        {back.pk},
        {changed.pk},
        {gone.pk},
    ]


@db
def test_rows_that_moved_are_looked_for_where_they_went():
    rows = make.errors(2, disposition="RESOLVED")
    operation = ended("archive", rows, reason="MANUAL")
    ArchivedError.objects.filter(pk=rows[0].pk).delete()

    assert undo_groups.preview(operation) == {
        "reverted": 1,
        "changed_since": 0,
        "not_reversible": 1,
    }
    assert subjects_in(operation, "reverted") == {rows[1].pk}
