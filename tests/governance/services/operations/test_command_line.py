"""What the command line does with a plan: the second person's word, the run to its end, the way back."""

from functools import partial

import pytest

from governance.exceptions import ApprovalRequired, NotPermitted, StateRefused, VoteRefused
from governance.models import ApprovalVote, HubError, Operation, Violation
from governance.services.operations import command_line, plans, runner, steering
from outreach_admin.exceptions import Refused
from tests import make
from tests.governance.rules import PARK_TRIED, RETRY, planned
from tests.governance.services.approvals import asked

pytestmark = pytest.mark.django_db


def parking(rows) -> Operation:
    return plans.make("park", errors=rows, by=make.triager(), reason="DATA_QUALITY")


def test_a_person_is_found_by_the_name_they_sign_in_with():
    ops = make.user(username="ops")

    assert command_line.person("ops") == ops


@pytest.mark.parametrize("name", ["nobody", "", "gone", "ops\udce4"])
def test_who_is_not_there_or_no_longer_is_refused(name):
    make.user(username="gone", is_active=False)

    with pytest.raises(Refused, match="Nobody active is called"):
        command_line.person(name)


def test_the_operating_system_always_has_a_name_for_who_runs_this(monkeypatch):
    assert command_line.os_user()

    def unknown():
        raise OSError("no entry")

    monkeypatch.setattr(command_line.getpass, "getuser", unknown)
    assert command_line.os_user().startswith("uid ")


def test_a_pair_that_could_carry_nothing_through_is_refused():
    manager = make.manager()

    with pytest.raises(VoteRefused, match="--by and --approved-by must differ"):
        command_line.check(manager, manager)
    with pytest.raises(NotPermitted, match="may not approve"):
        command_line.check(manager, make.triager())
    assert command_line.check(make.triager(), manager) is None
    assert command_line.check(manager, None) is None


def test_a_plan_without_a_gate_runs_to_its_end_and_asks_nobody():
    operation = parking(make.errors(3))

    command_line.carry_out(operation, approved_by=make.manager())

    assert (operation.state, operation.applied) == ("done", 3)
    assert not ApprovalVote.objects.exists()


def test_the_vote_keeps_channel_and_operating_system_user():
    operation, manager = asked.planned(), make.manager()

    command_line.carry_out(operation, approved_by=manager)

    vote = ApprovalVote.objects.get()
    assert (vote.voter, vote.channel) == (manager, "command line")
    assert vote.comment == f"Given by OS user {command_line.os_user()}."
    assert operation.state == "done"


def test_a_gated_plan_without_a_second_person_is_refused_and_recorded():
    operation = asked.planned()

    with pytest.raises(ApprovalRequired):
        command_line.carry_out(operation)

    assert Violation.objects.get().operation == operation
    assert HubError.objects.count() == 1


def test_what_somebody_paused_is_not_forced_to_its_end():
    operation = parking(make.errors(2))
    steering.start(operation, by=operation.requester)
    steering.pause(operation, by=operation.requester)

    with pytest.raises(StateRefused, match=f"{operation} is paused"):
        command_line.carry_out(operation)


def test_a_run_is_carried_through_rule_by_rule():
    make.error(retry_count=2)
    make.error(retry_count=0)
    run = planned(PARK_TRIED, RETRY)

    command_line.carry_out(run, approved_by=make.manager())

    assert run.state == "done"
    assert [one.applied for one in run.operations.order_by("position")] == [1, 1]


def test_operations_are_taken_back_the_last_one_first_and_added_up():
    first, last = parking(make.errors(2)), parking(make.errors(1))
    for operation in (first, last):
        command_line.carry_out(operation)
    changed = make.error()
    idle = parking([changed])
    HubError.objects.filter(pk=changed.pk).update(owner="Somebody")
    command_line.carry_out(idle)

    groups = command_line.undo([first, last, idle], by=make.triager())

    assert groups == {"reverted": 3, "changed_since": 0, "not_reversible": 0}
    assert set(HubError.objects.values_list("disposition", flat=True)) == {"RETRY"}
    undos = Operation.objects.filter(kind="undo").order_by("pk")
    assert [undo.undoes for undo in undos] == [last, first]


def test_rows_that_changed_since_are_counted_and_left_alone():
    operation = parking(make.errors(3))
    command_line.carry_out(operation)
    HubError.objects.filter(pk=HubError.objects.first().pk).update(owner="Somebody")

    assert command_line.undo([operation], by=make.triager()) == {
        "reverted": 2,
        "changed_since": 1,
        "not_reversible": 0,
    }


TEAMS = ("HUB-DOL team", "Platform team")


def states():
    rows = HubError.objects.order_by("pk")
    return list(rows.values_list("pk", "disposition", "owner", "park_reason"))


def assigning(rows, owner):
    return plans.make("assign", errors=rows, by=make.triager(), owner=owner)


def test_rows_that_several_operations_changed_go_back_to_the_state_before_the_oldest():
    rows = make.errors(3)
    before = states()
    done = []
    for make_plan in (lambda: parking(rows[:2]), *(partial(assigning, rows, who) for who in TEAMS)):
        done.append(make_plan())
        command_line.carry_out(done[-1])

    groups = command_line.undo(done, by=make.triager())

    assert groups == {"reverted": 8, "changed_since": 0, "not_reversible": 0}
    assert states() == before


def test_what_was_planned_last_goes_back_first_also_where_an_earlier_one_ended_later():
    rows = make.errors(4)
    before = states()
    slow = assigning(rows, "HUB-DOL team")
    Operation.objects.filter(pk=slow.pk).update(chunk_rows=2)
    steering.start(slow, by=slow.requester)
    runner.run_chunk(slow.pk)
    quick = assigning(rows[:1], "Platform team")
    for operation in (quick, slow):
        command_line.carry_out(operation)

    groups = command_line.undo([slow, quick], by=make.triager())

    assert groups == {"reverted": 5, "changed_since": 0, "not_reversible": 0}
    assert states() == before
