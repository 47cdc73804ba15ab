"""Jobs: when they are due and how they went; one run in full."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from governance.filters.jobs import HIDDEN, AnyGateFilter, JobRunFilter
from governance.models import JobRun, JobStep, Lapse, OpenedGate
from governance.queries.jobs import listed, stories
from governance.services.jobs import registry
from governance.tables.jobs.gates import OpenedGateTable
from governance.tables.jobs.runs import JobRunTable
from governance.views.jobs import cells
from governance.views.savedviews import person
from outreach_admin.ui.pages.base import Crumb, Link, Page, wants_part
from outreach_admin.ui.pages.lists import TablePage

SEE = "governance.view_jobrun"
# what says that runs which found nothing are wanted, or are not
ASK_FOR_IDLE = {"idle", "job", "did"}


class JobList(Page):
    """Every schedule with its last run and its next."""

    permission_required = SEE
    template_name = "governance/jobs/list.html"
    title = "Jobs"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the schedules and what waits for a look."""
        found = sorted(listed.listed(at=self.as_of), key=self.place)
        user = person(self.request)
        context = {
            "jobs": [(one, registry.JOBS.get(one.schedule.job)) for one in found],
            "on": sum(one.schedule.is_on for one in found),
            "late": [(one.late, registry.label_of(one.schedule.job)) for one in found if one.late],
            "lapses": self.lapses(),
            "to_review": listed.to_review(),
            "may_run": user.has_perm("governance.run_jobrun"),
            "may_propose": user.has_perm("governance.propose_schedule"),
            "may_enforce": user.has_perm("governance.enforce_schedule"),
        }
        return super().get_context_data(**context | kwargs)

    def place(self, one: listed.Listed) -> int:
        """Put jobs in the order of their registry, those on errors first."""
        names = list(registry.JOBS)
        return names.index(one.schedule.job) if one.schedule.job in names else len(names)

    def lapses(self) -> list[tuple[Lapse, str]]:
        """Give what was late within a week, with what people call it."""
        found = listed.lapses(at=self.as_of)
        return [(one, registry.label_of(one.job)) for one in found]


class JobRunList(TablePage):
    """Every run there was; of jobs that run many times a day those that found nothing are hidden, and counted, until somebody asks."""

    permission_required = SEE
    title = "Runs of jobs"
    queryset = JobRun.objects.all()
    table_class = JobRunTable
    filterset_class = JobRunFilter
    empty_hint = "The schedule begins them, and so does “Run now” on the jobs page."

    @cached_property
    def filterset(self) -> JobRunFilter:
        given = self.request.GET
        if not ASK_FOR_IDLE & given.keys():
            given = given.copy()
            given["idle"] = HIDDEN
        return JobRunFilter(given, self.get_queryset(), request=self.request, as_of=self.as_of)

    def crumbs(self) -> list[Crumb]:
        return [Crumb("Runs")]

    def toolbar(self) -> list[Link]:
        """Lead back to the schedules."""
        return [Link("Schedules", reverse("governance:job-list"), "clock", quiet=True)]


class OpenedGateList(TablePage):
    """Every company whose gate opened through expiry, whichever run it was."""

    permission_required = SEE
    title = "Gates opened through expiry"
    nav = "governance:job-list"
    table_class = OpenedGateTable
    filterset_class = AnyGateFilter
    empty_hint = "A company stands here once an error that held it back expires."

    def get_queryset(self) -> QuerySet[OpenedGate]:
        return stories.all_gates()

    def crumbs(self) -> list[Crumb]:
        return [Crumb("Opened gates")]


class JobRunDetail(Page):
    """What a run did, by job and error table, with its operations and the gates it opened."""

    permission_required = SEE
    template_name = "governance/jobs/run.html"
    part_template = "governance/jobs/_watch.html"
    nav = "governance:job-list"

    @cached_property
    def run(self) -> JobRun:
        known = JobRun.objects.select_related("schedule__proposed_by", "schedule__enforced_by")
        return get_object_or_404(known, pk=self.kwargs["pk"])

    @cached_property
    def steps(self) -> list[JobStep]:
        return list(stories.steps(self.run))

    @property
    def stamp(self) -> str:
        """How far it has come: its state, and how many of its steps have been done."""
        done = sum(step.state != JobStep.State.WAITING for step in self.steps)
        return f"{self.run.state}-{done}"

    @property
    def title(self) -> str:  # type: ignore[override]
        return registry.label_of(self.run.job)

    def crumbs(self) -> list[Crumb]:
        return [Crumb("Runs", reverse("governance:jobrun-list")), Crumb(str(self.run))]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it; a poll that finds it further, or at its end, asks for the whole page."""
        if wants_part(request) and (self.run.is_final or self.has_moved_on(self.stamp)):
            return HttpResponse(headers={"HX-Refresh": "true"})
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give counts, operations and gates."""
        user = person(self.request)
        gates, opened = stories.gates(self.run)
        context = {
            "run": self.run,
            "stamp": self.stamp,
            "matrix": cells.drawn(self.run, self.steps),
            "gates": gates,
            "opened": opened,
            "may_review": user.has_perm("governance.review_openedgate"),
            "may_run": self.run.job in registry.JOBS and user.has_perm("governance.run_jobrun"),
        }
        return super().get_context_data(**context | kwargs)
