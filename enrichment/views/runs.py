"""Runs: the list, and the page of one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views import View

from enrichment import policies
from enrichment.filters.runs import RunFilter
from enrichment.forms.runs import CancelForm
from enrichment.listings import RunListing
from enrichment.models import Run
from enrichment.queries import runcounts, runstories
from enrichment.services import runs
from enrichment.tables.runs import RunTable, badge, cost, entity_address, note, saved, took
from governance.views.errors.counted import CountedList
from outreach_admin import menu
from outreach_admin.exceptions import BadRequest
from outreach_admin.ui import figures, navigation
from outreach_admin.ui.pages.base import Crumb, Link
from outreach_admin.ui.pages.lists import Notice
from outreach_admin.ui.pages.records import ListedRecord

SEE = "enrichment.view_run"
NEEDLESS = {"already_enriched": "true"}
LONGEST_TEXT = 20_000
BY_DAY = menu.Entry(
    "By workflow and day",
    url_name="enrichment:coverage",
    permission="enrichment.view_state",
)


@dataclass(frozen=True)
class Moment:
    """A run as one line of a story."""

    run: Run
    state: str
    note: str
    url: str
    is_here: bool


class RunList(CountedList):
    """Runs of workflows, the newest first."""

    permission_required = SEE
    title = "Enrichment runs"
    subject = "run"
    empty_hint = "Ingest functions open runs through the API; docs/api.md shows the three lines."
    filterset: RunFilter  # type: ignore[assignment]

    def notice(self) -> Notice | None:
        """Say what requests for enriched entities would have cost, where the list may hold some."""
        return super().notice() or self.spared()

    def spared(self) -> Notice | None:
        """Say how many requests among what is shown were needless, and lead to them from other lists."""
        if self.request.GET.get("already_enriched") == "false":
            return None
        needless = self.needless
        found = runcounts.saved(needless.qs)
        if not found.requests:
            return None
        requests = figures.counted(found.requests, "request")
        was = "was" if found.requests == 1 else "were"
        least = "At least " if found.at_least else ""
        return Notice(
            f"{least}{requests} {was} answered “already enriched”.",
            f"{figures.number(found.credits)} credits not spent.",
            link=None if needless is self.filterset else which(needless),
            tone="info",
        )

    @cached_property
    def needless(self) -> RunFilter:
        """Narrow what is shown to needless requests: it is what is shown where the address asks for them."""
        if "already_enriched" in self.request.GET:
            return self.filterset
        query = self.filterset.query()
        query.update(NEEDLESS)
        return RunFilter(query, Run.objects.all(), as_of=self.as_of)

    def count_of(self, query: str) -> int | None:
        """Count needless requests by their index; what other views hold, the counters know or do not."""
        if QueryDict(query).dict() == NEEDLESS:
            return runcounts.needless()
        return super().count_of(query)

    def toolbar(self) -> Iterable[Link]:
        """Lead to the days, and to files."""
        if url := navigation.allowed(self.request, BY_DAY):
            yield Link(BY_DAY.label, url, quiet=True)
        yield from super().toolbar()


def which(found: RunFilter) -> Link:
    """Lead to the rows of a filter."""
    return Link("Which", f"?{found.query().urlencode()}")


class RunDetail(ListedRecord):
    """One run: its facts, what it counted, its error, and what happened around it."""

    permission_required = SEE
    template_name = "enrichment/runs/detail.html"
    list_name = "enrichment:run-list"
    record_name = "enrichment:run-detail"
    nav = "enrichment:run-list"
    noun = "run"
    filterset_class = RunFilter
    table_class = RunTable
    listing_class = RunListing

    @cached_property
    def record(self) -> Run:  # type: ignore[override]
        found = runstories.shown().filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404(f"no run {self.kwargs['pk']}")
        return found

    @property
    def rows(self) -> Any:  # type: ignore[override]
        return Run.objects.only("pk")

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"{self.record.workflow} for {self.record.entity_key}"

    def crumbs(self) -> list[Crumb]:
        return [Crumb(str(self.record.pk)[:8])]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the run with its story."""
        run = self.record
        previous, following = self.neighbours
        refused, refusals = runstories.refusals(run)
        context = {
            "run": run,
            "state": badge(run, boxed=True),
            "took": took(run),
            "credits": None if run.credits is None else cost(run.credits),
            "saved": saved(run),
            "layers": runstories.layers(run),
            "tries_url": self.tries_url,
            "moments": self.told(runstories.beside(run)),
            "refused": refused,
            "refused_url": f"{reverse(self.list_name)}?{urlencode({'answered_by': run.pk})}",
            "refusals": self.told(refusals),
            "error_text": run.error_text[:LONGEST_TEXT],
            "cancel_form": self.cancel_form,
            "entity_url": entity_address(run.entity_type, run.entity_key),
            "list_url": self.address(reverse(self.list_name)),
            "previous": previous,
            "following": following,
            "place": self.place(),
        }
        return super().get_context_data(**context | kwargs)

    @property
    def cancel_form(self) -> CancelForm | None:
        """Ask why it is ended; None where it has ended, or this person may not."""
        is_offered = policies.may_cancel(self.request.user, self.record)
        return CancelForm() if is_offered else None

    @property
    def tries_url(self) -> str:
        """Lead to every run of this workflow for it, also those that the story leaves out."""
        run = self.record
        query = urlencode(
            {
                "workflow": run.workflow.workflow_name,
                "entity_key": run.entity_key,
            }
        )
        return f"{reverse(self.list_name)}?{query}"

    def told(self, found: list[Run]) -> list[Moment]:
        """Write runs as lines that lead to their pages."""
        return [
            Moment(
                run,
                badge(run),
                note(run, self.as_of),
                self.address_of(run.pk),
                is_here=run.pk == self.record.pk,
            )
            for run in found
        ]


class RunCancel(PermissionRequiredMixin, View):
    """End a run by hand."""

    permission_required = policies.CANCEL_RUNS

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        run = get_object_or_404(runstories.shown(), pk=pk)
        form = CancelForm(request.POST)
        if not form.is_valid():
            raise BadRequest("This reason cannot be kept.", what_to_do=words_of(form))
        runs.cancel(run, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, f"The run of {run.workflow} for {run.entity_key} is cancelled.")
        return redirect("enrichment:run-detail", run.pk)


def words_of(form: CancelForm) -> str:
    """Write what is wrong with a form in one sentence."""
    return " ".join(message for found in form.errors.values() for message in found)
