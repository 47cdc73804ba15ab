"""Runs of playbooks: what one would do, how far it is, what became of it."""

from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views import View

from governance import policies
from governance.exceptions import ApprovalRequired
from governance.forms.operations import RequestForm
from governance.models import Operation, PlaybookRun, Report
from governance.queries import approvals
from governance.queries.operations import (
    outcomes,
    progress,
    stamps,
    timeline,
    undo_groups,
)
from governance.services.approvals import requests
from governance.services.playbooks import run_plans, runs
from governance.views.operations.actions import cleaned
from governance.views.operations.pages import rejection_of, renewal_context
from outreach_admin.ui.pages.base import Crumb, Page, wants_part

PAGE = "governance:run-detail"
WITH_ALL = ("requester", "started_by", "version__playbook", "undoes")


class RunDetail(Page):
    """One run: its operations in order, its approval, its report."""

    permission_required = "governance.view_playbook"
    template_name = "governance/playbooks/runs/detail.html"
    nav = "governance:playbook-list"

    @cached_property
    def run(self) -> PlaybookRun:
        return get_object_or_404(
            PlaybookRun.objects.select_related(*WITH_ALL), pk=self.kwargs["pk"]
        )

    @property
    def is_under_way(self) -> bool:
        """Tell whether more is to come without anybody doing something: rows, or the report."""
        if self.run.undoes_id:
            return self.run.state == PlaybookRun.State.RUNNING
        ended_without_report = (
            self.run.started_at
            and self.run.finished_at
            and not Report.objects.filter(run=self.run).exists()
        )
        return self.run.state == PlaybookRun.State.RUNNING or bool(ended_without_report)

    def crumbs(self) -> list[Crumb]:
        """Lead back to the playbook."""
        playbook = self.run.version.playbook
        return [
            Crumb(playbook.name, reverse("governance:playbook-detail", args=[playbook.slug])),
            Crumb(self.run.reference),
        ]

    def get_template_names(self) -> list[str]:
        """Answer a poll with the part that polls alone."""
        part = (
            "governance/playbooks/runs/_watch.html"
            if self.is_asked
            else "governance/playbooks/runs/_live.html"
        )
        return [part] if wants_part(self.request) else [self.template_name]

    @cached_property
    def stamp(self) -> str:
        return stamps.of(self.run)

    @property
    def is_asked(self) -> bool:
        """Tell whether the part of a waiting run is asked for."""
        return self.request.GET.get("part") == "waiting"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it; a poll that finds it decided, steered by somebody or at an end asks for the whole page once."""
        goes_on = self.run.state in run_plans.WAITING if self.is_asked else self.is_under_way
        if wants_part(request) and (not goes_on or self.has_moved_on(self.stamp)):
            return HttpResponse(headers={"HX-Refresh": "true"})
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        run = self.run
        self.title = run.title
        operations = _read_operations(run)
        context: dict[str, Any] = {
            "run": run,
            "stamp": self.stamp,
            "operations": operations,
            "sums": _sums(operations),
            "is_under_way": self.is_under_way,
            "is_waiting": run.state in run_plans.WAITING,
            "can_undo": run.finished_at
            and any(
                undo_groups.is_offered(operation, operation.undos.all()) for operation in operations
            ),
            "report": Report.objects.filter(run=run).only("pk", "reconciled").first(),
            "may_run": self.request.user.has_perm("governance.run_playbook"),
            "is_mine": run.requester_id == self.request.user.pk,
            "moments": timeline.of_run(run),
            "rejection": rejection_of(run, self.request.user),
        } | self.live_context(operations)
        if context["is_waiting"]:
            context |= self.waiting_context(operations)
        elif run.state == PlaybookRun.State.RUNNING:
            context |= renewal_context(run, self.request.user)
        return super().get_context_data(**context | kwargs)

    def live_context(self, operations: list[Operation]) -> dict[str, Any]:
        """Say which operation is under way, and what it waits for."""
        live = next(
            (operation for operation in operations if operation.state in Operation.LIVE_STATES),
            None,
        )
        return {
            "live": live,
            "waits_for_worker": live is not None and progress.waits_for_worker(live, at=self.as_of),
            "waits_for_lock": progress.lock_of(live) if live else "",
        }

    def waiting_context(self, operations: list[Operation]) -> dict[str, Any]:
        """Say what would happen and what stops it."""
        approval = approvals.latest_of(self.run)
        return {
            "policy": approvals.policy_of(self.run),
            "approval": approval,
            "may_start": policies.may_start(self.request.user, self.run),
            "may_withdraw": policies.may_withdraw(self.request.user, approval),
            "effect": approvals.effect_of(operations),
            "plans": ",".join(str(operation.pk) for operation in operations),
            "overlaps": outcomes.overlaps(operations),
            "moved": outcomes.moved_since(operations),
            "request_form": RequestForm(),
        }


def _read_operations(run: PlaybookRun) -> list[Operation]:
    """Read the operations of a run in order, with their undos, and leave them with it."""
    undos = Operation.objects.with_undo().order_by("-pk")
    listed = (
        Operation.objects.with_undo()
        .select_related("requester", "undoes")
        .prefetch_related(
            Prefetch("undos", undos),
        )
        .order_by("position")
    )
    prefetch_related_objects(
        [run],
        Prefetch("operations", listed),
    )
    return list(run.operations.all())


def _sums(operations: list[Operation]) -> dict[str, int]:
    names = ("planned", "eligible", "accounted", "applied", "skipped", "failed", "cancelled")
    found = {name: sum(getattr(operation, name) for operation in operations) for name in names}
    found["percent"] = 100 * found["accounted"] // found["planned"] if found["planned"] else 100
    found["done"] = sum(operation.is_final for operation in operations)
    found["paused"] = sum(operation.state == Operation.State.PAUSED for operation in operations)
    return found


class RunStart(RunDetail):
    """Let a run begin; without the approval it needs it stays as it is and says so."""

    permission_required = "governance.run_playbook"
    page = PAGE
    http_method_names: ClassVar[list[str]] = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            runs.start(self.run, by=request.user)
        except ApprovalRequired as refusal:
            messages.error(request, f"V-GATE-002: {refusal.sentence} {refusal.what_to_do}")
            return self.render_to_response(self.get_context_data(), status=refusal.status)
        return redirect(PAGE, self.run.pk)


class RunAction(PermissionRequiredMixin, View):
    """Something done to one run; afterwards its page."""

    permission_required = "governance.run_playbook"
    page = PAGE
    http_method_names: ClassVar[list[str]] = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponseRedirect:
        run = get_object_or_404(PlaybookRun.objects.select_related(*WITH_ALL), pk=pk)
        return redirect(PAGE, (self.act(run) or run).pk)

    def act(self, run: PlaybookRun) -> PlaybookRun | None:
        """Call the service; return the run to open, where that is another one."""
        raise TypeError(f"{type(self).__name__} does nothing")


class RunRequest(RunAction):
    """Ask somebody else to approve the whole run."""

    def act(self, run: PlaybookRun) -> None:
        requests.make(
            run, by=self.request.user, note=cleaned(RequestForm(self.request.POST))["note"]
        )
        messages.success(
            self.request,
            f"Asked for approval of {run}. It starts as soon as somebody else approves.",
        )


class RunCancel(RunAction):
    """Leave the rows and rules alone that are not done yet."""

    def act(self, run: PlaybookRun) -> None:
        runs.cancel(run, by=self.request.user)
        messages.warning(
            self.request, f"Cancelled {run}: what was applied stays, and can be undone."
        )


class RunUndo(RunAction):
    """Plan the way back for all of a run."""

    def act(self, run: PlaybookRun) -> PlaybookRun:
        """Freeze the undo as a run of its own and open it."""
        return run_plans.undo(run, by=self.request.user)


class RunDiscard(RunAction):
    """Throw a waiting run away."""

    def act(self, run: PlaybookRun) -> None:
        runs.discard(run, by=self.request.user)
        messages.info(self.request, f"Discarded {run}. Nothing was changed.")
