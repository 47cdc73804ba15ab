"""What can be done to workflows: done, refused, permitted, undone."""

import pytest
from django.utils import timezone

from enrichment.models import Workflow
from governance.exceptions import NotPermitted, StateRefused
from governance.models import Event
from governance.services.operations import plans, runner, undos
from tests import make

pytestmark = pytest.mark.django_db
CHANGES = [
    ("activate", {}, {"is_active": False}, {"is_active": True}),
    ("deactivate", {}, {"is_active": True}, {"is_active": False}),
    ("set_owner", {"owner": "Data team"}, {"owner": ""}, {"owner": "Data team"}),
    (
        "set_intent",
        {"intent": "should"},
        {"intent": None},
        {"intent": "should", "coalesces_to_core": True},
    ),
    (
        "set_intent",
        {"intent": "legacy"},
        {"intent": "should"},
        {"intent": "legacy", "coalesces_to_core": False},
    ),
    ("set_freshness", {"days": 60}, {"fresh_days": 7}, {"fresh_days": 60}),
]


def values(rows, names):
    found = Workflow.objects.filter(pk__in=[row.pk for row in rows]).order_by()
    return list(found.values(*names).distinct())


@pytest.mark.parametrize(("verb", "asked", "before", "after"), CHANGES)
def test_it_changes_many_leaves_a_trace_and_is_undone(verb, asked, before, after):
    rows, by = [make.workflow(**before) for _ in range(3)], make.triager()

    operation = plans.make(verb, errors=rows, by=by, **asked)
    runner.run(operation)

    assert values(rows, after) == [after]
    events = Event.objects.filter(operation_id=operation.pk)
    assert {one.subject_key for one in events} == {str(row.pk) for row in rows}
    assert {one.actor for one in events} == {by.username}
    runner.run(undos.plan(operation, by=by))
    assert values(rows, before) == [before]


@pytest.mark.parametrize(
    ("verb", "is_active", "reason"),
    [("activate", True, "already active"), ("deactivate", False, "already inactive")],
)
def test_what_it_is_already_is_refused(verb, is_active, reason):
    operation = plans.make(verb, errors=[make.workflow(is_active=is_active)], by=make.triager())

    with pytest.raises(StateRefused, match="no eligible row"):
        runner.run(operation)

    assert operation.refusals == {reason: 1}


@pytest.mark.parametrize("verb", ["activate", "deactivate", "verify"])
def test_nobody_plans_it_without_its_right(verb):
    with pytest.raises(NotPermitted):
        plans.make(verb, errors=[make.workflow()], by=make.viewer())


def test_verifying_notes_the_moment():
    row, before = make.workflow(), timezone.now()

    runner.run(plans.make("verify", errors=[row], by=make.triager()))

    row.refresh_from_db()
    assert before <= row.verified_at <= timezone.now()
