"""Carrying a plan through in this process with the word of a second person: what the command line does."""

import getpass
import os
from collections.abc import Sequence

from django.contrib.auth.models import User

from governance.exceptions import NotPermitted, StateRefused, VoteRefused
from governance.models import Operation, PlaybookRun
from governance.queries.operations import undo_groups
from governance.services.approvals import requests, votes
from governance.services.operations import runner, steering, undos
from governance.services.playbooks import run_plans, runs
from outreach_admin.exceptions import Refused

CHANNEL = "command line"


def person(username: str) -> User:
    """Return the active user of that name. Raises Refused."""
    # what the terminal gave may be no text; nobody is called that
    found = User.objects.filter(
        username=username.encode(errors="replace").decode(), is_active=True
    ).first()
    if found is None:
        raise Refused(
            f"Nobody active is called {username}.", what_to_do="Give the name they sign in with."
        )
    return found


def os_user() -> str:
    """Return who runs this process, as the operating system knows them."""
    try:
        return getpass.getuser()
    except OSError:
        return f"uid {os.getuid()}"


def check(by: User, approved_by: User | None) -> None:
    """Refuse a pair that could not carry anything through, before anything is planned. Raises VoteRefused, NotPermitted."""
    if approved_by is None:
        return
    if approved_by.pk == by.pk:
        raise VoteRefused(
            f"{by.get_username()} cannot approve an own request: --by and --approved-by must differ.",
            status=403,
        )
    if not approved_by.has_perm("governance.vote_approval"):
        raise NotPermitted(
            f"{approved_by.get_username()} may not approve.",
            what_to_do="Name a manager in --approved-by.",
        )


def carry_out(subject: Operation | PlaybookRun, *, approved_by: User | None = None) -> None:
    """Have the plan approved where a gate asks for it, run it to its end here; workers may help, none is needed.

    The vote keeps the channel and the operating system's user. Raises ApprovalRequired, recorded as violation
    V-GATE-002, when nobody agrees; StateRefused when somebody pauses it or its approval no longer holds.
    """
    if subject.gate and approved_by is not None:
        approval = requests.make(subject, by=subject.requester)
        votes.approve(
            approval,
            by=approved_by,
            plan_hash=subject.plan_hash,
            channel=CHANNEL,
            comment=f"Given by OS user {os_user()}.",
        )
        subject.refresh_from_db()
    if isinstance(subject, PlaybookRun):
        if subject.state in run_plans.WAITING:
            runs.start(subject, by=subject.requester)
        _finish_run(subject)
    else:
        if subject.state in Operation.WAITING_STATES:
            steering.start(subject, by=subject.requester)
        _finish(subject)


def _finish_run(run: PlaybookRun) -> None:
    while (live := run.operations.filter(state__in=Operation.LIVE_STATES).first()) is not None:
        _finish(live)
    run.refresh_from_db()


def _finish(operation: Operation) -> None:
    runner.finish(operation)
    if operation.state == Operation.State.PAUSED:
        raise StateRefused(
            f"{operation} is paused. {operation.state_note}".strip(),
            what_to_do="Resume it in the console; a worker will go on with it.",
        )


def undo(
    originals: Sequence[Operation], *, by: User, approved_by: User | None = None
) -> undo_groups.UndoGroups:
    """Take operations back, the last one first, each to its end; returns the rows of all by group.

    A row that several of them changed goes back to what it was before the oldest. One that changed nothing is passed
    over. Raises what `undos.plan` and `carry_out` raise; undos done by then stay done.
    """
    total: undo_groups.UndoGroups = {"reverted": 0, "changed_since": 0, "not_reversible": 0}
    # whoever changed a row last was planned last, also where an earlier one ended after it
    for original in Operation.objects.filter(pk__in=[one.pk for one in originals]).order_by("-id"):
        if original.is_final and not original.applied:
            continue
        undone = undos.plan(original, by=by, channel=CHANNEL, os_user=os_user())
        carry_out(undone, approved_by=approved_by)
        groups = undo_groups.groups(undone)
        total = {
            "reverted": total["reverted"] + groups["reverted"],
            "changed_since": total["changed_since"] + groups["changed_since"],
            "not_reversible": total["not_reversible"] + groups["not_reversible"],
        }
    return total
