"""Who may, and why not."""

from collections.abc import Collection, Iterable

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.utils import timezone

from governance.models import (
    Approval,
    ApprovalPolicy,
    ApprovalVote,
    CanonVersion,
    HubError,
    KillSwitch,
    Operation,
    PlaybookRun,
    Token,
)
from governance.verbs.base import Verb
from governance.verbs.registry import VERBS, governed_as
from outreach_admin.ui.people import name_of

Person = User | AbstractBaseUser | AnonymousUser
# in the place of a password, where the database keeps it for good (sql/functions/tokens.sql)
PIPELINE = "!pipeline "


def may_plan(user: User, verb: Verb) -> bool:
    """Whether this person may plan and run `verb`."""
    return user.is_active and user.has_perm(verb.permission) and verb.is_open_to(user)


def may_create_errors(user: User) -> bool:
    """Whether this person or pipeline may write new errors."""
    return user.is_active and user.has_perm("governance.add_huberror")


def may_run(user: User, operation: Operation) -> bool:
    """Whether this person may start, pause, resume and cancel `operation`."""
    return user.is_active and user.has_perms(["governance.run_operation", permission_of(operation)])


def may_plan_again(user: User, subject: Operation | PlaybookRun) -> bool:
    """Whether this person may plan the rows of an ended plan once more: not of an import, which needs its file again."""
    if isinstance(subject, PlaybookRun):
        return user.has_perm("governance.run_playbook")
    return subject.kind != Operation.Kind.IMPORT and may_run(user, subject)


def may_act(user: User, verb: Verb) -> bool:
    """Whether this person may do `verb` to one row at once."""
    return verb.at_once and may_plan(user, verb) and user.has_perm("governance.run_operation")


def rights_to_go_on(operation: Operation) -> list[str]:
    """Return the rights that the person needs in whose name `operation` runs, all the while."""
    of_run = ["governance.run_playbook"] if operation.playbook_run_id else []
    return ["governance.run_operation", permission_of(operation), *of_run]


def run_blockers(user: User, operation: Operation) -> list[str]:
    """Say why nothing of `operation` may run in this person's name now; empty means go."""
    if not user.is_active:
        return [f"{name_of(user)} is switched off."]
    lost = [right for right in rights_to_go_on(operation) if not user.has_perm(right)]
    return [f"{name_of(user)} no longer has the right to {_words_of(right)}." for right in lost]


def _words_of(right: str) -> str:
    """Write `governance.run_operation` as "run operation"."""
    return right.partition(".")[2].replace("_", " ").replace("huberror", "errors")


def is_pipeline(user: User) -> bool:
    """Whether this account is a pipeline's, which nobody signs in as."""
    return user.password.startswith(PIPELINE)


def may_issue_tokens(user: User) -> bool:
    """Whether this person may make tokens for pipelines, see those of everybody, and end them."""
    return user.is_active and user.has_perm("governance.issue_token")


def may_make_token(user: User, *, account: User | None = None) -> bool:
    """Whether this person may make a token for `account`, or for a pipeline where none is given."""
    if account is None or is_pipeline(account):
        return may_issue_tokens(user)
    return user.is_active and account.pk == user.pk


def may_revoke(user: User, token: Token) -> bool:
    """Whether this person may end `token`: whose it is, who is responsible for it, and who issues them."""
    mine = user.pk in (token.account_id, token.responsible_id)
    return user.is_active and (mine or may_issue_tokens(user))


def may_renew(user: User, token: Token) -> bool:
    """Whether this person may have a new secret of `token`: who may make one for its account."""
    return may_make_token(user, account=token.account)


def renewal_blockers(token: Token) -> list[str]:
    """Say why no secret can take the place of this one."""
    if token.revoked_at is not None:
        return ["This token was revoked."]
    if token.successor is not None:
        return ["This token is renewed already, and the new one was shown once."]
    return []


def may_export(user: User) -> bool:
    """Whether this person may take rows out as files."""
    return user.is_active and user.has_perm("governance.export_huberror")


def may_load_canon(user: User) -> bool:
    """Whether this person may bring in a version of the tool canon."""
    return user.is_active and user.has_perm("governance.load_canonversion")


def may_enforce_canon(user: User) -> bool:
    """Whether this person may put versions of the tool canon in force that others brought in."""
    return user.is_active and user.has_perm("governance.enforce_canonversion")


def enforcement_blockers(user: User, version: CanonVersion) -> list[str]:
    """Say why this person cannot put `version` in force; empty means go. Superusers included."""
    blockers = []
    if is_pipeline(user):
        blockers.append(f"{name_of(user)} is a pipeline: only people put versions in force.")
    if user.pk == version.loaded_by_id:
        blockers.append(f"{name_of(user)} brought it in: somebody else puts it in force.")
    return blockers


def may_stop_tools(user: User) -> bool:
    """Whether this person may stop the calls of a tool, or of all."""
    return user.is_active and user.has_perm("governance.stop_killswitch")


def may_release_tools(user: User) -> bool:
    """Whether this person may let tools go on that somebody else stopped."""
    return user.is_active and user.has_perm("governance.release_killswitch")


def may_agree_to_purges(user: User) -> bool:
    """Whether this person may give standing approvals for the deletion of archived errors."""
    return user.is_active and user.has_perm("governance.vote_approval")


def may_ask_for_calls(user: User) -> bool:
    """Whether this account may ask people to agree to calls of tools."""
    return user.has_perm("governance.add_askedcall")


def release_blockers(user: User, switch: KillSwitch) -> list[str]:
    """Say why this person cannot release `switch`; empty means go. Superusers included."""
    blockers = []
    if is_pipeline(user):
        blockers.append(f"{name_of(user)} is a pipeline: only people let tools go on.")
    if user.pk == switch.by_id:
        blockers.append(f"{name_of(user)} stopped it: somebody else lets it go on.")
    return blockers


def permission_of(operation: Operation) -> str:
    """Return the permission that the operation's verb asks for."""
    return VERBS[operation.verb].permission


def may_vote(user: User, approval: Approval) -> bool:
    """Whether this person may approve or reject: never who asked or planned, superusers included."""
    return not vote_blockers(user, approval)


def vote_blockers(user: User, approval: Approval) -> list[str]:
    """Say why a vote of this person does not count now, however it was given; empty means it does."""
    blockers = []
    if not user.is_active:
        blockers.append(f"{name_of(user)} is switched off.")
    elif not user.has_perm("governance.vote_approval"):
        blockers.append(f"{name_of(user)} may not approve.")
    if is_pipeline(user):
        blockers.append(f"{name_of(user)} is a pipeline: only people approve.")
    if user.pk == approval.requester_id:
        blockers.append(f"{name_of(user)} asked for it.")
    elif user.pk in _planners(approval):
        blockers.append(f"{name_of(user)} planned it.")
    return blockers


def _planners(approval: Approval) -> list[int]:
    """Return who planned it: a new request for work that is held may come from somebody else."""
    subject = approval.operation or approval.playbook_run
    return [subject.requester_id] if subject else []


def may_withdraw(user: Person, approval: Approval | None) -> bool:
    """Whether this person may take the request back: who asked, until it is used or ended."""
    return bool(approval and user.pk == approval.requester_id and approval.is_open)


def may_discard(user: Person, approval: Approval | None) -> bool:
    """Whether this person may be done with the request: who asked, once it is rejected and not yet discarded."""
    return bool(
        approval
        and user.pk == approval.requester_id
        and approval.state == Approval.State.REJECTED
        and approval.discarded_at is None
    )


def void_votes(approval: Approval) -> dict[str, list[str]]:
    """Return whose approving votes do not count now, and why."""
    judged = {
        str(vote.voter): vote_blockers(vote.voter, approval) for vote in _approving_votes(approval)
    }
    return {voter: why for voter, why in judged.items() if why}


def votes_that_count(approval: Approval) -> int:
    """Count the approving votes of those who may vote now."""
    return sum(may_vote(vote.voter, approval) for vote in _approving_votes(approval))


def _approving_votes(approval: Approval) -> Iterable[ApprovalVote]:
    return approval.votes.filter(
        decision=ApprovalVote.Decision.APPROVE, plan_hash=approval.plan_hash
    ).select_related("voter")


def quorum_blockers(approval: Approval) -> list[str]:
    """Say whose votes no longer count where too few are left; empty while enough do."""
    if votes_that_count(approval) >= approval.quorum:
        return []
    void = void_votes(approval).values()
    lost = [f"A vote no longer counts: {' '.join(why)}" for why in void]
    return [*lost, f"It needs the agreement of {approval.quorum} who may approve."]


def gate_for(operation: Operation, *, blocking_rows: int) -> ApprovalPolicy | None:
    """Return the strictest active policy that stops this plan, or none. `blocking_rows`: eligible rows that block promotion."""
    verbs = governed_as(operation.verb, is_undo=operation.kind == Operation.Kind.UNDO)
    found = [
        policy
        for policy in ApprovalPolicy.objects.for_operations()
        if verbs
        and not operation.is_of_job
        and (not policy.verbs or verbs & set(policy.verbs))
        and (blocking_rows if policy.only_blocking else operation.eligible) > policy.over_rows
    ]
    return max(
        found,
        key=lambda policy: (policy.quorum, -policy.hours_valid, policy.name),
        default=None,
    )


def gate_for_runs(of_operations: Collection[str] = ()) -> ApprovalPolicy | None:
    """Return the strictest active policy for playbook runs, else the strictest of those that stop one of its operations."""
    active = ApprovalPolicy.objects.filter(is_active=True).order_by("-quorum", "hours_valid")
    of_runs = active.filter(subject=ApprovalPolicy.Subject.PLAYBOOK_RUN).first()
    return of_runs or active.filter(name__in=of_operations).first()


def start_blockers(subject: Operation | PlaybookRun) -> list[str]:
    """Say why `subject` cannot start now, apart from a missing approval; empty means go."""
    blockers = []
    if isinstance(subject, Operation) and subject.playbook_run_id:
        blockers.append(f"{subject} is a part of RUN-{subject.playbook_run_id} and begins with it.")
    if subject.state not in Operation.WAITING_STATES:
        blockers.append(f"{subject} is {subject.get_state_display().lower()}.")
    elif subject.expires_at <= timezone.now():
        blockers.append(f"{subject} has expired: plan it again.")
    elif not subject.eligible:
        blockers.append(f"{subject} has no eligible row: there is nothing to do.")
    return blockers


def may_start(user: User, subject: Operation | PlaybookRun) -> bool:
    """Whether a start by this person would be accepted now: pages offer no other."""
    if isinstance(subject, PlaybookRun):
        steps = list(subject.operations.all())
        may = user.has_perm("governance.run_playbook")
    else:
        steps, may = [subject], True
    return (
        may
        and all(may_run(user, step) for step in steps)
        and not start_blockers(subject)
        and not missing_approval(subject)
    )


def missing_approval(subject: Operation | PlaybookRun) -> list[str]:
    """Say why no approval lets a waiting plan begin, as policies are now; empty where one does or none is needed."""
    if not subject.gate and gate_of(subject) is None:
        return []
    approval = subject.approvals.order_by("-id").first()
    return approval_blockers(approval, plan_hash=subject.plan_hash)


def approval_blockers(
    approval: Approval | None, *, plan_hash: str, in_use: bool = False
) -> list[str]:
    """Say why `approval` does not cover the plan now; empty means it does.

    Every vote is judged again: a voter who has left or lost the right no longer counts.
    An approval in use stays valid past its expiry, for the plan it was used for.
    """
    if approval is None:
        return ["Nobody has approved this plan."]
    blockers = []
    wanted = Approval.State.USED if in_use else Approval.State.APPROVED
    if approval.state != wanted:
        blockers.append(f"The request is {approval.get_state_display().lower()}.")
    if approval.plan_hash != plan_hash:
        blockers.append("The approval is about another plan.")
    if not in_use and approval.expires_at <= timezone.now():
        blockers.append("The approval has expired.")
    return blockers + quorum_blockers(approval)


def in_use_blockers(operation: Operation) -> list[str]:
    """Say why no approval in use covers a gated operation under way; empty means one does."""
    subject = operation.playbook_run or operation
    used = subject.approvals.filter(state=Approval.State.USED).order_by("-id")
    judged = [
        approval_blockers(approval, plan_hash=subject.plan_hash, in_use=True) for approval in used
    ] or [approval_blockers(None, plan_hash=subject.plan_hash)]
    # one that holds is enough; what stops the newest tells most
    return [] if [] in judged else judged[0]


def gate_of(subject: Operation | PlaybookRun) -> ApprovalPolicy | None:
    """Return the policy that stops this plan, or this run as a whole, as policies are now; or none."""
    if isinstance(subject, Operation):
        return gate_for(subject, blocking_rows=subject.effect.get("blocking_rows", 0))
    stops = [gate_of(operation) for operation in subject.operations.all()]
    return gate_for_runs([gate.name for gate in stops if gate])


def gate_of_one(verb: Verb, error: HubError) -> ApprovalPolicy | None:
    """Return the policy that would stop `verb` on this one error, or none."""
    alone = Operation(verb=verb.name, eligible=1)
    return gate_for(alone, blocking_rows=int(error.is_blocking))
