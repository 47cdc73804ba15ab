"""Requests for approval: the inbox, and the word of people on them."""

from typing import Any, ClassVar

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from governance import policies
from governance.api.serializers.approvals import (
    ApprovalDetailSerializer,
    ApprovalSerializer,
    ApproveBody,
    CommentSerializer,
    RejectBody,
    RemarkBody,
)
from governance.api.serializers.plans import NothingBody
from governance.filters.approvals import ApprovalFilter
from governance.models import Approval
from governance.queries import approvals
from governance.queries.operations import titles
from governance.services.approvals import requests, votes
from outreach_admin.api import bodies, versions
from outreach_admin.api.endpoints import Endpoint
from outreach_admin.api.lists import ListEndpoint, SearchEndpoint

SEE = "governance.view_approval"
VOTE = "governance.vote_approval"
WHOLE = {200: ApprovalDetailSerializer}
EXAMPLE = OpenApiExample(
    "Agree to what was read",
    request_only=True,
    value={"plan_hash": "9f2c" * 16, "comment": "Checked five of them."},
)


class ApprovalList(ListEndpoint):
    """Requests; `list=due` keeps those that wait for whoever asks."""

    permission_required = SEE
    queryset = Approval.objects.select_related("requester", "asked_call__account")
    filterset_class = ApprovalFilter
    serializer_class = ApprovalSerializer
    sorts = {
        "asked": "id",
        "expires": "expires_at",
    }
    default_sort = "-asked"


class ApprovalSearch(ApprovalList, SearchEndpoint):
    """Requests, by a filter in the body."""


class OfApproval(Endpoint):
    """What is about one request."""

    permission_required: str | tuple[str, ...] = SEE

    def found(self) -> Approval:
        """Find the request in the address. Raises Http404."""
        known = Approval.objects.with_subject().filter(pk=self.kwargs["pk"])
        approval = known.first()
        if approval is None:
            raise Http404
        return approval

    def answer(self, approval: Approval) -> Response:
        """Answer with a request whole and the tag of its stamp."""
        said = whole(approval, reader=self.request.user)
        tag = tag_of(
            approval,
            votes=len(said["opened"]["votes"]),
            remarks=len(said["remarks"]),
        )
        return Response(said, headers={"ETag": tag})


class ApprovalDetail(OfApproval):
    """One request."""

    @extend_schema(responses=WHOLE)
    def get(self, request: Request, pk: int) -> Response:
        """Read one request: the plan, its effect, what else touches its rows, the conditions of its gate."""
        return self.answer(self.found())


class ApprovalAction(OfApproval):
    """Something done about one request."""

    body_class: ClassVar[type[bodies.Body]] = NothingBody
    refusals = (409, 412)

    def ready(self) -> tuple[Approval, dict[str, Any]]:
        """Find the request in the state that was seen, and read the body."""
        approval = self.found()
        said = bodies.read(self.body_class, self.request.data)
        tag = tag_of(
            approval,
            votes=approval.votes.count(),
            remarks=approval.comments.count(),
        )
        self.matching(tag)
        return approval, said


class ApprovalApprove(ApprovalAction):
    """Agree."""

    permission_required = VOTE
    scope = "approve"
    body_class = ApproveBody

    @extend_schema(request=ApproveBody, responses=WHOLE, examples=[EXAMPLE])
    def post(self, request: Request, pk: int) -> Response:
        """Agree to the plan or call that was read; the vote that completes the quorum starts a plan, a call is made by its caller."""
        approval, said = self.ready()
        votes.approve(approval, by=request.user, channel="api", **said)
        return self.answer(self.found())


class ApprovalReject(ApprovalAction):
    """Refuse."""

    permission_required = VOTE
    scope = "approve"
    body_class = RejectBody

    @extend_schema(request=RejectBody, responses=WHOLE)
    def post(self, request: Request, pk: int) -> Response:
        """Refuse the plan or call, saying why; it will not run."""
        approval, said = self.ready()
        votes.reject(approval, by=request.user, channel="api", **said)
        return self.answer(self.found())


class ApprovalRemark(ApprovalAction):
    """Remark."""

    scope = "triage"
    body_class = RemarkBody

    @extend_schema(request=RemarkBody, responses={201: CommentSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Remark on a request without deciding."""
        approval, said = self.ready()
        comment = requests.comment(approval, by=request.user, body=said["body"])
        return self.created(CommentSerializer(comment).data, location=address_of(approval))


class ApprovalWithdraw(ApprovalAction):
    """Take back."""

    scope = "triage"

    @extend_schema(request=NothingBody, responses=WHOLE)
    def post(self, request: Request, pk: int) -> Response:
        """Take one's own request back; a plan is still there."""
        approval, _ = self.ready()
        requests.withdraw(approval, by=request.user, channel="api")
        return self.answer(self.found())


class ApprovalDiscard(ApprovalAction):
    """Be done with a rejection."""

    scope = "triage"

    @extend_schema(request=NothingBody, responses=WHOLE)
    def post(self, request: Request, pk: int) -> Response:
        """Be done with the rejection of one's own request."""
        approval, _ = self.ready()
        requests.discard(approval, by=request.user)
        return self.answer(self.found())


def whole(approval: Approval, *, reader: Any) -> dict[str, Any]:
    """Write all that the inbox says of it to this person."""
    told: Any = approval
    opened: Any = approvals.of(approval, reader=reader, at=timezone.now())
    may_vote = opened.is_open and policies.may_vote(reader, approval)
    told.opened = vars(opened) | {
        "operations": [operation.pk for operation in opened.operations],
        "may_vote": may_vote,
        "may_withdraw": policies.may_withdraw(reader, approval),
    }
    told.title = titles.title_of_plan(approval.subject)
    told.remarks = list(approval.comments.select_related("author"))
    told.links = links_of(approval)
    found: dict[str, Any] = ApprovalDetailSerializer(approval).data
    return found


def links_of(approval: Approval) -> dict[str, str]:
    """Lead to what would run, where it is not a call, and to the page."""
    page = reverse("governance:approval-detail", args=[approval.pk])
    if approval.plan is None:
        return {"page": page}
    kind = "operation" if approval.operation_id else "run"
    return {
        kind: reverse(f"api:{kind}-detail", args=[approval.plan.pk]),
        "page": page,
    }


def address_of(approval: Approval) -> str:
    """Return where it is read."""
    return reverse("api:approval-detail", args=[approval.pk])


def tag_of(
    approval: Approval,
    *,
    votes: int,
    remarks: int,
) -> str:
    """Tag the state of a request and of its work, and how much people said of it, as its page is stamped."""
    return versions.tag_of(
        "approval",
        approval.pk,
        approval.state,
        approval.subject.state,
        votes,
        remarks,
    )
