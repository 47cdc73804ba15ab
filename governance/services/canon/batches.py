"""Several requests for calls decided at once, each by itself: what stands against one stops no other."""

from collections.abc import Collection
from typing import NamedTuple

from django.contrib.auth.models import User

from governance.exceptions import VoteRefused
from governance.models import Approval, ApprovalVote
from governance.services.approvals import votes
from outreach_admin.exceptions import Refused

MOST = 200


class Decided(NamedTuple):
    """What became of one request: where it was not decided, `said` is why not."""

    approval: Approval
    is_done: bool
    said: str


def decide(
    read: Collection[tuple[int, str]],
    decision: str,
    *,
    by: User,
    comment: str = "",
    channel: str = "browser",
) -> list[Decided]:
    """Approve or reject each of the requests that were read, named with the digest that was.

    Raises VoteRefused where nothing is chosen, or too many are; each vote raises as one alone does, into its own result.
    """
    chosen = dict(read)
    if not 0 < len(chosen) <= MOST:
        raise VoteRefused(
            f"Between 1 and {MOST} calls are decided at once, not {len(chosen):,}.",
            what_to_do="Tick those that you have read.",
        )
    known = Approval.objects.of_calls().with_subject().filter(pk__in=chosen)
    return [
        _decided(
            one,
            decision,
            plan_hash=chosen[one.pk],
            by=by,
            comment=comment,
            channel=channel,
        )
        for one in known.order_by("expires_at", "pk")
    ]


def _decided(
    approval: Approval,
    decision: str,
    *,
    plan_hash: str,
    by: User,
    comment: str,
    channel: str,
) -> Decided:
    vote = votes.approve if decision == ApprovalVote.Decision.APPROVE else votes.reject
    try:
        voted = vote(
            approval,
            by=by,
            plan_hash=plan_hash,
            comment=comment,
            channel=channel,
        )
    except Refused as refusal:
        return Decided(approval, False, f"{refusal.sentence} {refusal.what_to_do}".strip())
    words = {"pending": "your vote counts, others have to agree as well"}
    return Decided(approval, True, words.get(voted.state, voted.get_state_display().lower()))
