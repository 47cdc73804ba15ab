"""The list of operations, and the page of one from its plan to its undo."""

from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from governance import policies, subjects
from governance.filters.operations import OperationFilter
from governance.forms.operations import RequestForm, ThrottleForm
from governance.models import Operation, PlaybookRun
from governance.policies import Person
from governance.queries import approvals
from governance.queries.operations import (
    leftovers,
    outcomes,
    progress,
    stamps,
    standings,
    timeline,
    titles,
    undo_groups,
)
from governance.tables.operations import OperationTable
from governance.verbs import registry
from governance.views import keptfilters
from governance.views.subjects import list_address
from outreach_admin.exceptions import BadRequest
from outreach_admin.lists.tallies import Tally
from outreach_admin.ui.pages.base import Crumb, Page, wants_part
from outreach_admin.ui.pages.lists import Tab, TablePage

WITH_ALL = (
    "requester",
    "actor",
    "undoes",
    "retries",
    "playbook_run__version__playbook",
    "import_file",
)
STAGES = {
    "waiting": "governance/operations/waiting.html",
    "live": "governance/operations/live.html",
    "ended": "governance/operations/ended.html",
}
PARTS = {
    "live": "governance/operations/_live.html",
    "undo": "governance/operations/_undo.html",
    "waiting": "governance/operations/_watch.html",
}

# label, and the states that it holds; every state is in one of them
TABS: dict[str, list[str]] = {
    "Waiting": [*Operation.WAITING_STATES],
    "Running": [*Operation.LIVE_STATES],
    "Done": ["done", standings.NOTHING_TO_DO.key],
    "Done in part": [standings.IN_PART.key, standings.NOTHING_DONE.key],
    "Undone": [standings.UNDONE.key, standings.UNDONE_IN_PART.key],
    "Not completed": ["cancelled", "failed", "rejected", "expired"],
}


class OperationList(TablePage):
    """Every operation ever planned."""

    permission_required = "governance.view_operation"
    title = "Operations"
    queryset = (
        standings.with_standing(Operation.objects.all())
        .select_related("requester", "playbook_run__version__playbook")
        .prefetch_related(Prefetch("playbook_run__operations", Operation.objects.with_undo()))
    )
    table_class = OperationTable
    filterset_class = OperationFilter
    empty_hint = (
        "Select errors in the queue and choose what to do with them: the plan appears here."
    )

    def facet_counts(self, name: str) -> Mapping[str, Tally]:
        """Leave out what has no gate: no value stands for it."""
        return {
            value: tally for value, tally in super().facet_counts(name).items() if value != "None"
        }

    def tabs(self) -> list[Tab]:
        """Offer the usual groups of states with their counts. One query."""
        counts = standings.counts()
        asked = set(self.request.GET.getlist("state"))
        return [
            Tab("All", self.request.path, counts.total(), not asked),
            *(self.tab(label, states, counts, asked) for label, states in TABS.items()),
        ]

    def tab(
        self,
        label: str,
        states: list[str],
        counts: Counter[str],
        asked: set[str],
    ) -> Tab:
        """Link one group; it is current where the address asks for exactly it."""
        query = urlencode({"state": states}, doseq=True)
        return Tab(
            label,
            f"{self.request.path}?{query}",
            sum(counts[state] for state in states),
            asked == set(states),
        )


class OperationDetail(Page):
    """One operation: its plan while it waits, its progress while it runs, its outcomes when it has ended."""

    permission_required = "governance.view_operation"
    nav = "governance:operation-list"

    @cached_property
    def operation(self) -> Operation:
        found = Operation.objects.with_undo().select_related(*WITH_ALL)
        return get_object_or_404(found, pk=self.kwargs["pk"])

    @property
    def stage(self) -> str:
        if self.operation.state in Operation.WAITING_STATES:
            return "waiting"
        return "live" if self.operation.state in Operation.LIVE_STATES else "ended"

    @cached_property
    def stamp(self) -> str:
        return stamps.of(self.operation)

    @property
    def part(self) -> str:
        part = self.request.GET.get("part", "")
        if part and part not in PARTS:
            raise BadRequest(f"“{part[:60]}” is not a part of this page.")
        return part if wants_part(self.request) else ""

    def get_template_names(self) -> list[str]:
        """Choose the part asked for, else the page of the stage."""
        return [PARTS[self.part] if self.part else STAGES[self.stage]]

    def crumbs(self) -> list[Crumb]:
        return [Crumb(self.operation.reference)]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it; a poll that finds it decided, steered by somebody or at an end asks for the whole page once."""
        if self.part in STAGES and (self.part != self.stage or self.has_moved_on(self.stamp)):
            return HttpResponse(headers={"HX-Refresh": "true"})
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        operation = self.operation
        self.title = titles.title_of(operation)
        context: dict[str, Any] = {
            "operation": operation,
            "may_run": policies.may_run(self.request.user, operation),
        }
        if self.part != "undo" and self.stage != "ended":
            context["stamp"] = self.stamp
        if not self.part:
            context["approvers"] = approvals.approvers(operation)
        if self.part == "undo" or self.request.GET.get("part") == "undo":
            context |= {"undo": undo_groups.preview(operation), **self.undo_context()}
        if self.part not in ("undo", "waiting"):
            context |= {
                "lines": outcomes.by_reason(operation),
                "left": leftovers.lines(operation),
                "moments": timeline.of(operation),
            }
            context |= getattr(self, f"{self.stage}_context")()
        return super().get_context_data(**context | kwargs)

    def waiting_context(self) -> dict[str, Any]:
        """Say what would happen, what stops it, and what can still be changed."""
        operation = self.operation
        is_mine = operation.requester_id == self.request.user.pk
        approval = approvals.latest_of(operation)
        return {
            "policy": approvals.policy_of(operation),
            "approval": approval,
            "may_start": policies.may_start(self.request.user, operation),
            "may_withdraw": policies.may_withdraw(self.request.user, approval),
            "sample": outcomes.sample(operation),
            "overlaps": outcomes.overlaps([operation]),
            "moved": outcomes.moved_since([operation]),
            "is_mine": is_mine,
            "revise_form": registry.VERBS[operation.verb].parameters(initial=operation.parameters)
            if is_mine and not operation.undoes_id
            else None,
            "request_form": RequestForm(),
            "throttle_form": self.throttle_form(),
            "offers_pace": policies.may_run(self.request.user, operation),
            "undo_groups": undo_groups.groups(operation) if operation.undoes_id else None,
            "back_url": keptfilters.within(self.way_back(), self.request),
        }

    def way_back(self) -> str:
        """Give the list that the rows were chosen in."""
        operation = self.operation
        subject = subjects.named(operation.subject)
        is_filtered = operation.scope in ("all", "except")
        return list_address(subject, operation.filter if is_filtered else "")

    def throttle_form(self) -> ThrottleForm:
        """Give the form of the pace as it is set."""
        return ThrottleForm(initial={"rows_a_second": self.operation.throttle})

    def live_context(self) -> dict[str, Any]:
        return {
            "progress": progress.of(self.operation, at=self.as_of),
            "throttle_form": self.throttle_form(),
            **renewal_context(self.operation.playbook_run or self.operation, self.request.user),
        }

    def ended_context(self) -> dict[str, Any]:
        """Say what became of it, and what can be done about it."""
        operation = self.operation
        return {
            "progress": progress.of(operation, at=self.as_of),
            "undo_groups": undo_groups.groups(operation) if operation.undoes_id else None,
            "can_undo": undo_groups.has_rows(operation),
            "rejection": rejection_of(operation, self.request.user),
            **self.undo_context(),
        }

    def undo_context(self) -> dict[str, Any]:
        """Name the undos so far, those that hold apart, and say whether another one makes sense."""
        known = list(self.operation.undos.with_undo().order_by("-pk"))
        return {
            "undos": known,
            "holding": [undo for undo in known if undo.applied and not undo.undone_by],
            "is_undone": standings.of(self.operation) == standings.UNDONE,
            "offers_undo": undo_groups.is_offered(self.operation, known),
        }


def rejection_of(subject: Operation | PlaybookRun, reader: Person) -> approvals.Rejection | None:
    """Return what a rejected plan was rejected for; nothing where it ended otherwise."""
    if subject.state != "rejected":
        return None
    return approvals.rejection_of(approvals.latest_of(subject), reader=reader)


def renewal_context(subject: Operation | PlaybookRun, user: Person) -> dict[str, Any]:
    """Say what work waits for that is held for want of an approval; nothing where it is not."""
    renewal = approvals.renewal_of(subject)
    kind = "operation" if isinstance(subject, Operation) else "run"
    return {
        "renewal": renewal,
        "renew_url": reverse(f"governance:{kind}-request", args=[subject.pk]),
        "renew_form": RequestForm(),
        "may_renew": renewal is not None
        and renewal.asked is None
        and policies.may_run(user, renewal.operation),
        "may_withdraw": renewal is not None and policies.may_withdraw(user, renewal.asked),
    }
