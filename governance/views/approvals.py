"""The inbox of requests: what waits, what one of them would do, and the decision."""

from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views import View

from governance import policies
from governance.canon import conditions
from governance.forms.approvals import CommentForm, DecisionForm
from governance.models import Approval, Operation
from governance.queries import approvals
from governance.queries.canon import asked, earlier
from governance.queries.operations import stamps
from governance.services.approvals import requests, votes
from governance.views.operations.actions import cleaned
from outreach_admin.exceptions import BadRequest
from outreach_admin.ui.pages.base import Crumb, Page, wants_part
from outreach_admin.ui.pages.lists import Tab

SHOWN = 50
LISTED = "governance/approvals/_listed.html"
TABS = {"due": "Waiting for me", "mine": "Asked by me", "decided": "Decided", "expired": "Expired"}
HEADINGS = {
    "due": "Soonest to expire first",
    "mine": "Newest first",
    "decided": "Newest first",
    "expired": "Newest first",
}


class ApprovalInbox(Page):
    """Requests beside the one that is opened: by default those that wait for this person."""

    permission_required = "governance.view_approval"
    template_name = "governance/approvals/inbox.html"
    nav = "governance:approval-list"
    title = "Approvals"

    @property
    def tab(self) -> str:
        """Read which requests are listed: by default the first list that is this person's."""
        tab = self.request.GET.get("tab", self.offered[0])
        if tab not in TABS:
            raise BadRequest(
                f"“{tab[:60]}” is not a list of requests.",
                what_to_do=f"Offered: {', '.join(TABS)}.",
            )
        return tab

    @cached_property
    def offered(self) -> list[str]:
        """Choose the lists that can hold something for this person: others neither decide nor ask."""
        user = self.request.user
        asks = user.has_perm("governance.run_operation") or policies.may_ask_for_calls(user)
        may = {"due": user.has_perm("governance.vote_approval"), "mine": asks}
        return [tab for tab in TABS if may.get(tab, True)]

    def listed(self, tab: str) -> QuerySet[Approval]:
        """Give the requests of one tab in its order."""
        listed = approvals.in_list(
            Approval.objects.with_subject().with_votes(),
            tab,
            reader=self.request.user,
            at=self.as_of,
        )
        order = ("expires_at", "pk") if tab == "due" else ("-pk",)
        return listed.order_by(*order)

    @cached_property
    def opened(self) -> Approval | None:
        """Find the request in the address, else the first of the list."""
        if "pk" in self.kwargs:
            return get_object_or_404(Approval.objects.with_subject(), pk=self.kwargs["pk"])
        return self.listed(self.tab).first()

    @cached_property
    def stamp(self) -> str:
        """Tell how things stand with the opened request."""
        return stamps.of_request(self.opened) if self.opened else "none"

    def get_template_names(self) -> list[str]:
        """Answer a poll with the list alone."""
        return [LISTED] if wants_part(self.request) else [self.template_name]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it; a poll that finds the opened request voted or commented on asks for the whole page once."""
        if wants_part(request) and self.has_moved_on(self.stamp):
            return HttpResponse(headers={"HX-Refresh": "true"})
        return super().get(request, *args, **kwargs)

    def tabs(self) -> list[Tab]:
        address = reverse("governance:approval-list")
        return [
            Tab(TABS[tab], f"{address}?tab={tab}", self.listed(tab).count(), tab == self.tab)
            for tab in self.offered
        ]

    def crumbs(self) -> list[Crumb]:
        return [Crumb(str(self.opened.subject))] if self.opened else []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = {
            "tab": self.tab,
            "heading": HEADINGS[self.tab],
            "approval": self.opened,
            "stamp": self.stamp,
        }
        context["listed"] = self.listed(self.tab)[:SHOWN]
        context["decided_lately"] = (
            self.listed("decided").filter(decided_at__date=self.as_of.date())[:5]
            if self.tab == "due"
            else []
        )
        if not wants_part(self.request):
            context["tabs"] = self.tabs()
            if self.opened:
                context |= self.opened_context() | self.call_context()
        return super().get_context_data(**context | kwargs)

    def opened_context(self) -> dict[str, Any]:
        """Give the opened request and what this person may do with it."""
        approval, user = self.opened, self.request.user
        opened = approvals.of(approval, reader=user, at=self.as_of)
        is_mine = approval.requester_id == user.pk
        return {
            "subject_url": subject_url(approval),
            "opened": opened,
            "comments": approval.comments.select_related("author"),
            "form": DecisionForm(),
            "comment_form": CommentForm(),
            "may_vote": opened.is_open and policies.may_vote(user, approval),
            "may_withdraw": policies.may_withdraw(user, approval),
            "rejection": approvals.rejection_of(approval, reader=user),
            "may_comment": is_mine or user.has_perm("governance.vote_approval"),
        }

    def call_context(self) -> dict[str, Any]:
        """Give what stands of the call that the opened request is about; nothing for a plan."""
        call = self.opened.asked_call if self.opened else None
        if call is None:
            return {"request_template": "governance/approvals/_request.html"}
        others = asked.waiting(self.request.user, at=self.as_of).exclude(pk=self.opened.pk)
        return {
            "request_template": "governance/approvals/calls/_request.html",
            "call": call,
            "outlook": asked.outlook_of(self.opened, at=self.as_of),
            "conditions": conditions.of(call, at=self.as_of),
            "earlier": earlier.calls_before(call),
            "record": earlier.record_of(self.opened, at=self.as_of),
            "others": others.count(),
        }


class ApprovalDecide(ApprovalInbox):
    """Vote on the plan that was read."""

    permission_required = "governance.vote_approval"
    page = "governance:approval-detail"
    http_method_names: ClassVar[list[str]] = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Approve or reject exactly the plan whose hash the form carries."""
        form = DecisionForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        vote = votes.approve if form.cleaned_data["vote"] == "approve" else votes.reject
        decided = vote(
            self.opened,
            by=request.user,
            plan_hash=form.cleaned_data["plan_hash"],
            comment=form.cleaned_data["comment"],
        )
        messages.success(request, f"{decided.subject}: {decided.get_state_display().lower()}.")
        following = self.following(decided)
        return redirect(
            reverse("governance:approval-detail", args=[following.pk])
            if following
            else subject_url(decided)
        )

    def following(self, decided: Approval) -> Approval | None:
        """Find what waits for this person next, in the order of the list; after the last, its first."""
        waiting = self.listed("due")
        later = Q(expires_at__gt=decided.expires_at) | Q(
            expires_at=decided.expires_at, pk__gt=decided.pk
        )
        return waiting.filter(later).first() or waiting.first()


class ApprovalRemark(PermissionRequiredMixin, View):
    """Remark on a request without deciding."""

    permission_required = "governance.view_approval"
    page = "governance:approval-detail"
    http_method_names: ClassVar[list[str]] = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponseRedirect:
        approval = get_object_or_404(Approval, pk=pk)
        requests.comment(approval, by=request.user, body=cleaned(CommentForm(request.POST))["body"])
        return redirect("governance:approval-detail", approval.pk)


class ApprovalWithdraw(PermissionRequiredMixin, View):
    """Take one's own request back."""

    permission_required = "governance.view_approval"
    page = "governance:approval-detail"
    http_method_names: ClassVar[list[str]] = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponseRedirect:
        approval = get_object_or_404(Approval.objects.with_subject(), pk=pk)
        requests.withdraw(approval, by=request.user)
        kept = "; the plan is still there" if approval.plan else ""
        messages.info(request, f"Took the request for {approval.subject} back{kept}.")
        return redirect(subject_url(approval))


class ApprovalDiscard(PermissionRequiredMixin, View):
    """Be done with the rejection of one's own request."""

    permission_required = "governance.view_approval"
    http_method_names: ClassVar[list[str]] = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponseRedirect:
        approval = get_object_or_404(Approval.objects.with_subject(), pk=pk)
        requests.discard(approval, by=request.user)
        messages.info(request, f"The rejection of {approval.subject} no longer waits for you.")
        return redirect("governance:overview")


def subject_url(approval: Approval) -> str:
    """Return where the operation or the playbook run has its page; of a call it is that of the request."""
    if approval.plan is None:
        return reverse("governance:approval-detail", args=[approval.pk])
    kind = "operation" if isinstance(approval.plan, Operation) else "run"
    return reverse(f"governance:{kind}-detail", args=[approval.plan.pk])
