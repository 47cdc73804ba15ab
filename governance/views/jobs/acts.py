"""Running jobs, changing their schedules with four eyes, reviewing what they opened."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property

from governance.forms.jobs import AgreeForm, RunForm, ScheduleForm
from governance.models import JobRun, Schedule
from governance.queries.jobs import standing
from governance.services.jobs import gates, registry, runs, schedules
from governance.views.savedviews import person
from outreach_admin.exceptions import Refused
from outreach_admin.ui.pages.base import Crumb, Page

JOBS = "governance:job-list"
TWO_PEOPLE = "Nothing changes until somebody else puts it in force."
WAITS = "Another change waits already: have it put in force or withdrawn before this one."


class JobAct(Page):
    """A form that does one thing; a refusal stands above it, and what was typed stays."""

    template_name = "governance/jobs/act.html"
    nav = JOBS
    submit = ""
    back_url = reverse_lazy(JOBS)

    def crumbs(self) -> list[Crumb]:
        return [Crumb(self.title)]

    def form(self, data: Any = None) -> Form:
        """Make the form, empty or with what was sent."""
        return AgreeForm(data)

    def act(self, given: dict[str, Any]) -> str:
        """Do it, and say what is done."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=self.form()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it, or say why not."""
        form = self.form(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        try:
            done = self.act(form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, f"{refusal.sentence} {refusal.what_to_do}".strip())
            return self.render_to_response(self.get_context_data(form=form), status=refusal.status)
        messages.success(request, done)
        return HttpResponseRedirect(str(self.back_url))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {"back_url": self.back_url, "submit": self.submit}
        return super().get_context_data(**context | kwargs)


class OfJob(JobAct):
    """An act about one job, named in the address."""

    @cached_property
    def job(self) -> registry.Job:
        if self.kwargs["job"] not in registry.JOBS:
            raise Http404
        return registry.JOBS[self.kwargs["job"]]


class JobRunNow(OfJob):
    """Run a job, dry or for real: the workers take it up at once."""

    permission_required = "governance.run_jobrun"
    submit = "Run"

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"Run {self.job.label.lower()}"

    def form(self, data: Any = None) -> Form:
        return RunForm(data, initial={"dry": True})

    def act(self, given: dict[str, Any]) -> str:
        run = runs.ask(self.job.name, by=person(self.request), is_dry=given["dry"])
        self.back_url = reverse("governance:jobrun-detail", args=[run.pk])
        return f"{run} is asked for."

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        due_at = standing.due_moment(self.job.name, at=timezone.now())
        return super().get_context_data(**{"said": self.job.means, "due_at": due_at} | kwargs)


class SchedulePropose(OfJob):
    """Propose another schedule: it holds once somebody else says so."""

    permission_required = "governance.propose_schedule"
    submit = "Propose"

    @cached_property
    def current(self) -> Schedule:
        return get_object_or_404(Schedule.objects.in_force(), job=self.job.name)

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"Schedule of {self.job.label.lower()}"

    def form(self, data: Any = None) -> Form:
        names = [name for name in ScheduleForm.base_fields if name != "reason"]
        initial = {name: getattr(self.current, name) for name in names}
        return ScheduleForm(data, initial=initial, tables=self.job.by_table)

    def act(self, given: dict[str, Any]) -> str:
        schedules.propose(self.job.name, by=person(self.request), **given)
        return "The change is proposed. It holds once somebody else puts it in force."

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        waits = Schedule.objects.proposed().filter(job=self.job.name).exists()
        context = {"said": WAITS if waits else TWO_PEOPLE, "current": self.current}
        return super().get_context_data(**context | kwargs)


class OfProposal(JobAct):
    """An act about a proposed schedule."""

    @cached_property
    def proposal(self) -> Schedule:
        known = Schedule.objects.select_related("proposed_by")
        return get_object_or_404(known, pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the proposal beside what is in force."""
        current = Schedule.objects.in_force().filter(job=self.proposal.job).first()
        label = registry.label_of(self.proposal.job)
        context = {"proposal": self.proposal, "label": label, "current": current}
        return super().get_context_data(**context | kwargs)


class ScheduleEnforce(OfProposal):
    """Put in force what somebody else proposed."""

    permission_required = "governance.enforce_schedule"
    title = "Put a schedule in force"
    submit = "Put it in force"

    def act(self, given: dict[str, Any]) -> str:
        made = schedules.enforce(self.proposal, by=person(self.request))
        return f"In force: {registry.label_of(made.job)}, {made.words}."

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Lead on to its withdrawal too, for who proposed it and has thought again."""
        url = reverse("governance:schedule-withdraw", args=[self.proposal.pk])
        return super().get_context_data(**{"withdraw_url": url} | kwargs)


class ScheduleWithdraw(OfProposal):
    """End a proposal."""

    permission_required = "governance.propose_schedule"
    title = "Withdraw a proposed schedule"
    submit = "Withdraw"

    def act(self, given: dict[str, Any]) -> str:
        schedules.withdraw(self.proposal, by=person(self.request))
        return "The proposal is withdrawn."

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Refuse those who may not before they are asked."""
        schedules.refuse_others(person(self.request), self.proposal)
        return super().get_context_data(**kwargs)


class GatesReview(JobAct):
    """State that somebody has looked at every company of a run."""

    permission_required = "governance.review_openedgate"
    title = "Review gates"
    submit = "They are looked at"

    @cached_property
    def run(self) -> JobRun:
        return get_object_or_404(JobRun, pk=self.kwargs["pk"])

    def act(self, given: dict[str, Any]) -> str:
        self.back_url = reverse("governance:jobrun-detail", args=[self.run.pk])
        reviewed = gates.review(self.run, [], by=person(self.request))
        return f"{reviewed:,} companies are reviewed."

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        said = f"All companies whose gates {self.run} opened count as looked at."
        return super().get_context_data(**{"said": said} | kwargs)
