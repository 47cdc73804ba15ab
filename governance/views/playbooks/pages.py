"""Playbooks: the list, one of them with its rules and runs, editing its rules, planning a run."""

from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.db.models import Count, Prefetch, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views import View

from governance.exceptions import NotPermitted, StateRefused
from governance.forms.operations import RequestForm
from governance.forms.playbooks import (
    NoteForm,
    RuleForm,
    fields_of,
    judged,
    rearranged,
    rows_of,
    typed,
)
from governance.models import Operation, Playbook, PlaybookRun, PlaybookVersion
from governance.queries.playbooks import rules as playbook_rules
from governance.services.playbooks import run_plans, versions
from outreach_admin.exceptions import BadRequest, Refused
from outreach_admin.ui.pages import unsent
from outreach_admin.ui.pages.base import Crumb, Page, wants_part

RUNS_SHOWN = 10
WITH_UNDO = Prefetch("operations", Operation.objects.with_undo())


class PlaybookList(Page):
    """Every playbook with its newest version and its last run."""

    permission_required = "governance.view_playbook"
    template_name = "governance/playbooks/list.html"
    title = "Playbooks"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give each playbook its newest version and run. Four queries."""
        newest = (
            PlaybookRun.objects.filter(undoes=None)
            .order_by("version__playbook_id", "-pk")
            .distinct("version__playbook_id")
        )
        last = {
            run.version.playbook_id: run
            for run in newest.select_related("requester", "version").prefetch_related(WITH_UNDO)
        }
        counted = Playbook.objects.annotate(
            number_of_runs=Count("versions__runs", filter=Q(versions__runs__undoes=None))
        ).prefetch_related("versions")
        found = [
            {
                "playbook": one,
                "version": one.versions.all()[0],
                "runs": one.number_of_runs,
                "last": last.get(one.pk),
            }
            for one in counted
        ]
        return super().get_context_data(playbooks=found, **kwargs)


class PlaybookPage(Page):
    """A page about one playbook."""

    permission_required = "governance.view_playbook"
    nav = "governance:playbook-list"

    @cached_property
    def playbook(self) -> Playbook:
        return get_object_or_404(Playbook, slug=self.kwargs["slug"])

    @property
    def address(self) -> str:
        return reverse("governance:playbook-detail", args=[self.playbook.slug])


class PlaybookDetail(PlaybookPage):
    """Its rules in order, its versions, its runs; `?version=2` shows earlier rules, `?count=now` counts them on the backlog."""

    template_name = "governance/playbooks/detail.html"
    part_template = "governance/playbooks/_rules.html"

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.playbook.name

    def crumbs(self) -> list[Crumb]:
        return [Crumb(self.playbook.name)]

    @cached_property
    def version(self) -> PlaybookVersion:
        """Find the version asked for, else the newest."""
        text = self.request.GET.get("version", "")
        if not text:
            return self.playbook.current
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise BadRequest(f"“{text[:60]}” is not a version.")
        return get_object_or_404(self.playbook.versions, number=int(text))

    @property
    def is_counted(self) -> bool:
        """Read whether the rules are to be counted, which plans a run and takes it back: for those who may run one."""
        wish = self.request.GET.get("count", "")
        if wish not in ("", "now"):
            raise BadRequest(
                f"“{wish[:60]}” is not a time to count at.", what_to_do="Offered: now."
            )
        if wish and not self.request.user.has_perm("governance.run_playbook"):
            raise NotPermitted(
                "You may not count the rules of playbooks.",
                what_to_do="Ask a person in the group that may run them.",
            )
        return bool(wish)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give rules, versions and runs."""
        is_counted = self.is_counted
        counts = (
            run_plans.simulate(self.version.rules, playbook=self.playbook) if is_counted else []
        )
        rules = playbook_rules.shown(self.version.rules, counts)
        runs = PlaybookRun.objects.filter(version__playbook=self.playbook).select_related(
            "requester", "started_by", "version", "report"
        )
        context = {
            "playbook": self.playbook,
            "version": self.version,
            "is_current": self.version.number == self.playbook.current.number,
            "rules": rules,
            "broken": [rule for rule in rules if rule.wrong],
            "is_counted": is_counted,
            # counting drops the model's own order
            "versions": self.playbook.versions.select_related("author")
            .annotate(number_of_runs=Count("runs", filter=Q(runs__undoes=None)))
            .order_by("-number"),
            "runs": runs.order_by("-pk").prefetch_related(WITH_UNDO)[:RUNS_SHOWN],
            "may_run": self.request.user.has_perm("governance.run_playbook"),
            "request_form": RequestForm(),
        }
        return super().get_context_data(**context | kwargs)


class PlaybookEdit(PlaybookPage):
    """Change the rules: each wish (up, down, remove, add) is a button of one form; saving makes the next version."""

    permission_required = "governance.run_playbook"
    template_name = "governance/playbooks/edit.html"
    title = "Edit rules"
    forms: list[RuleForm]

    def crumbs(self) -> list[Crumb]:
        return [Crumb(self.playbook.name, self.address), Crumb("Edit rules")]

    def get_template_names(self) -> list[str]:
        """Answer htmx with the fields alone."""
        return (
            ["governance/playbooks/_fields.html"]
            if wants_part(self.request)
            else super().get_template_names()
        )

    @cached_property
    def sent(self) -> QueryDict:
        """Read what was typed, also where it came too late."""
        if self.request.method == "POST":
            return self.request.POST
        late = unsent.waiting(self.request)
        return late.data if late and "base" in late.data else QueryDict()

    @property
    def base(self) -> int:
        """Read which version the person began with."""
        text = self.sent.get("base", "")
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise BadRequest(
                "The form does not say which version it changes.",
                what_to_do="Open the playbook again.",
            )
        return int(text)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the rules of the newest version, or what was typed when it came too late."""
        if self.sent:
            return self.show_typed(rows_of(self.sent))
        current = self.playbook.current
        self.forms = typed(fields_of(rule) for rule in current.rules)
        return self.render_to_response(
            self.get_context_data(
                base=current.number,
                note_form=NoteForm(),
                broken=playbook_rules.lost(current.rules),
            )
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Rearrange, or save when all rules are sound."""
        wish, note = request.POST.get("do", "save"), NoteForm(request.POST)
        if wish != "save":
            return self.show_typed(rearranged(rows_of(request.POST), wish))
        self.forms = judged(rows_of(request.POST))
        if not (all([form.is_valid() for form in self.forms]) and note.is_valid()):  # noqa: C419 - every rule is judged
            return self.render_to_response(
                self.get_context_data(base=self.base, note_form=note), status=422
            )
        try:
            version = versions.save(
                self.playbook,
                [form.rule for form in self.forms],
                by=request.user,
                note=note.cleaned_data["note"],
                base=self.base,
            )
        except StateRefused as refusal:
            return self.begun_anew(refusal, note)
        messages.success(
            request,
            f"Saved as version {version.number}. Runs planned before keep the rules they were planned with.",
        )
        return redirect("governance:playbook-detail", self.playbook.slug)

    def show_typed(self, rows: list[dict[str, str]]) -> HttpResponse:
        """Show rules as they are typed, unjudged."""
        self.forms = typed(rows)
        note = NoteForm(initial=self.sent.dict())
        return self.render_to_response(self.get_context_data(base=self.base, note_form=note))

    def begun_anew(self, refusal: StateRefused, note: NoteForm) -> HttpResponse:
        """Keep what was typed, over the version that somebody else saved in between."""
        current = Playbook.objects.get(pk=self.playbook.pk).current
        messages.error(
            self.request,
            f"{refusal.sentence} Your rules are kept below; saving them now makes them version "
            f"{current.number + 1}, in place of that one's.",
        )
        context = self.get_context_data(base=current.number, note_form=note)
        return self.render_to_response(context, status=refusal.status)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {"playbook": self.playbook, "forms": self.forms, "back_url": self.address}
        return super().get_context_data(**context | kwargs)


class PlaybookSimulate(PlaybookEdit):
    """Count what the rules of the form would do on the backlog as it is now; nothing is saved."""

    http_method_names: ClassVar[list[str]] = ["post"]

    def get_template_names(self) -> list[str]:
        """Answer htmx with the counts alone."""
        return (
            ["governance/playbooks/_simulation.html"]
            if wants_part(self.request)
            else [self.template_name]
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Count, or say which rules are not sound."""
        self.forms = judged(rows_of(request.POST))
        wrong, counted = [], []
        if all([form.is_valid() for form in self.forms]):  # noqa: C419 - every rule is judged
            rules = [form.rule for form in self.forms]
            try:
                counted = playbook_rules.shown(
                    rules, versions.simulate(self.playbook, rules, by=request.user)
                )
            except Refused as refusal:
                wrong = [refusal.sentence]
        else:
            wrong = [
                f"Rule {place}: {sentence}"
                for place, form in enumerate(self.forms, 1)
                for field in form.errors.values()
                for sentence in field
            ]
        context = self.get_context_data(
            base=self.base,
            note_form=NoteForm(initial=request.POST.dict()),
            counted=counted,
            wrong=wrong,
            is_simulated=True,
        )
        return self.render_to_response(context, status=422 if wrong else 200)


class PlaybookPlan(PermissionRequiredMixin, View):
    """Freeze a run of the newest version."""

    permission_required = "governance.run_playbook"
    http_method_names: ClassVar[list[str]] = ["post"]

    def post(self, request: HttpRequest, slug: str) -> HttpResponseRedirect:
        playbook = get_object_or_404(Playbook, slug=slug)
        run = run_plans.make(
            playbook.current, by=request.user, note=request.POST.get("note", "")[:2000]
        )
        return redirect("governance:run-detail", run.pk)
