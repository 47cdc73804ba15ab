"""Before each chunk: who runs it and who approved it still may, or it is held; whoever resumes it is named from then on."""

import pytest

from governance.exceptions import NotPermitted
from governance.models import ApprovalPolicy, ArchivedError, Event, HubError, Operation
from governance.services.files import imports
from governance.services.operations import plans, runner, steering
from governance.services.playbooks import runs
from tests import make
from tests.governance.services.approvals.asked import two_steps
from tests.governance.services.files.uploads import checked

pytestmark = pytest.mark.django_db


def begun():
    """Parking under way, its first chunk done."""
    operation = plans.make("park", errors=make.errors(4), by=make.triager(), reason="DATA_QUALITY")
    Operation.objects.filter(pk=operation.pk).update(chunk_rows=2)
    steering.start(operation, by=operation.requester)
    runner.run_chunk(operation.pk)
    return operation


@pytest.mark.parametrize(
    ("loss", "why"),
    [("account", "is switched off."), ("group", "no longer has the right to run operation.")],
)
def test_the_work_of_who_may_no_longer_is_held_before_the_next_chunk(loss, why):
    operation = begun()
    make.lose(operation.requester, loss)

    runner.run_chunk(operation.pk)

    operation.refresh_from_db()
    assert (operation.state, operation.applied) == ("paused", 2)
    assert operation.state_note.startswith(f"Held: {operation.requester} {why}")
    assert operation.steps.first().kind == "held"


def test_whoever_resumes_is_named_from_then_on():
    operation, other = begun(), make.manager()
    make.lose(operation.requester, "account")
    runner.run_chunk(operation.pk)

    steering.resume(operation, by=other)
    runner.finish(operation)

    assert (operation.state, operation.actor, operation.applied) == ("done", other, 4)
    names = Event.objects.filter(operation_id=operation.pk).order_by("pk")
    assert list(names.values_list("actor", flat=True)) == [
        *[str(operation.requester)] * 2,
        *[str(other)] * 2,
    ]
    rows = HubError.objects.filter(parked_by=str(other))
    assert rows.count() == 2


def test_rows_are_archived_in_the_name_of_who_started_it():
    errors, other = make.errors(1, disposition="RESOLVED"), make.manager()
    operation = plans.make("archive", errors=errors, by=make.triager(), reason="MANUAL")

    steering.start(operation, by=other)
    runner.finish(operation)

    assert ArchivedError.objects.get().archived_by == str(other)


def test_who_planned_may_leave_once_somebody_else_has_started_it():
    operation = plans.make("park", errors=make.errors(2), by=make.triager(), reason="DATA_QUALITY")
    steering.start(operation, by=make.manager())
    make.lose(operation.requester, "account")

    runner.finish(operation)

    assert (operation.state, operation.applied) == ("done", 2)


def test_nobody_resumes_what_he_may_not_run():
    operation = begun()
    steering.pause(operation, by=operation.requester)
    make.lose(operation.requester, "group")

    with pytest.raises(NotPermitted):
        steering.resume(operation, by=operation.requester)


def ungated():
    ApprovalPolicy.objects.filter(name="PLAYBOOK-RUN").update(is_active=False)
    return two_steps()


def test_a_run_is_started_and_carried_on_in_the_name_of_who_does_it():
    run, other = ungated(), make.manager()
    runs.start(run, by=run.requester)
    first, second = run.operations.order_by("position")
    make.lose(run.requester, "account")
    runner.run_chunk(first.pk)

    steering.resume(first, by=other)
    runner.finish(first)
    runner.finish(second)

    run.refresh_from_db()
    assert (run.state, run.started_by) == ("done", run.requester)
    assert (first.actor, second.actor) == (other, other)
    assert second.steps.get(kind="started in turn").actor == str(other)


def test_who_may_no_longer_run_playbooks_carries_on_no_run():
    run = ungated()
    runs.start(run, by=run.requester)
    first = run.operations.get(position=0)
    group = run.requester.groups.get()
    group.permissions.remove(group.permissions.get(codename="run_playbook"))

    runner.run_chunk(first.pk)

    first.refresh_from_db()
    assert (first.state, first.applied) == ("paused", 0)


def test_an_import_is_held_like_any_other_work():
    person = make.triager()
    operation = imports.plan(checked(person), by=person)
    steering.start(operation, by=operation.requester)
    make.lose(operation.requester, "account")

    runner.run_chunk(operation.pk)

    operation.refresh_from_db()
    assert (operation.state, HubError.objects.count()) == ("paused", 0)
