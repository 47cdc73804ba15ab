"""What a page was made at: work and requests that bear another stamp by now have moved on."""

from governance.models import Approval, Operation, PlaybookRun


def of(subject: Operation | PlaybookRun) -> str:
    """Name the state of the work and of what was asked for it last, and how much of a run is paused."""
    asked = subject.approvals.order_by("-pk").values_list("state", flat=True).first()
    known = [subject.state, asked or "unasked"]
    if isinstance(subject, PlaybookRun):
        paused = subject.operations.filter(state=Operation.State.PAUSED)
        known.append(f"{paused.count()}-paused")
    return ".".join(known)


def of_request(approval: Approval) -> str:
    """Name the state of a request and of its work, and count what people said of it."""
    known = [
        approval.state,
        approval.subject.state,
        f"{approval.votes.count()}-votes",
        f"{approval.comments.count()}-comments",
    ]
    return ".".join(known)
