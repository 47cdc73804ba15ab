"""Registering what the audit found: one form after the other, or all that need no choice at once."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html

from enrichment.exceptions import AlreadyRegistered, RegistryRefused
from enrichment.forms.registrations import RegisterForm, initial_of
from enrichment.models import Finding, Workflow
from enrichment.queries import audits
from enrichment.services import registry, scans
from enrichment.views.audits import AUDIT, OfTree
from governance.views.savedviews import person
from outreach_admin.exceptions import BadRequest
from outreach_admin.ui.figures import counted
from outreach_admin.ui.pages.base import Crumb, Page

# findings that an address may carry
MOST = 200
MEANWHILE = "The code was scanned again meanwhile: this is what it shows now."
LEFT_NOTHING = "Nothing of that is left to register."
AGAIN = "Scan again to see the audit without them."


class Register(Page):
    """An entry for a function, prefilled from its code; of several, one after the other."""

    permission_required = registry.RIGHT
    template_name = "enrichment/audit/register.html"
    title = "Register a workflow"
    nav = AUDIT

    def crumbs(self) -> list[Crumb]:
        return [Crumb(self.title)]

    @cached_property
    def keys(self) -> list[int]:
        """Read which findings are meant; refuse what is no number."""
        given = self.request.GET.getlist("finding")
        wrong = [one for one in given if not (one.isascii() and one.isdigit() and len(one) < 19)]
        if wrong or len(given) > MOST:
            raise BadRequest(
                "The address names no findings of the audit.",
                what_to_do="Go back to the audit and choose them there.",
            )
        return [int(one) for one in given]

    @cached_property
    def waiting(self) -> list[Finding]:
        return list(audits.chosen(self.keys)[:MOST])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.waiting:
            messages.info(request, LEFT_NOTHING)
            return redirect(AUDIT)
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = RegisterForm(request.POST)
        if not self.is_waiting:
            return self.sent_again(form)
        if not form.is_valid():
            return self.again(form, 422)
        try:
            made = registry.register(
                by=person(request),
                source_file=self.waiting[0].file,
                **form.entry(),
            )
        except AlreadyRegistered as known:
            return self.lead_to(known.workflow, self.waiting[1:])
        except RegistryRefused as refusal:
            form.add_error(None, f"{refusal.sentence} {refusal.what_to_do}".strip())
            return self.again(form, refusal.status)
        messages.success(request, f"“{made}” is registered. {AGAIN}")
        return self.next()

    @property
    def is_waiting(self) -> bool:
        """Whether the finding that the form was filled from has no entry yet."""
        first = str(self.waiting[0].pk) if self.waiting else ""
        return bool(first) and self.request.POST.get("about", first) == first

    def sent_again(self, form: RegisterForm) -> HttpResponse:
        """Lead to the entry that the same form made before."""
        given = form.cleaned_data if form.is_valid() else {}
        name = given.get("workflow_name", "")
        made = Workflow.objects.filter(workflow_name=name).first()
        if made is not None:
            return self.lead_to(made, self.waiting)
        messages.info(self.request, LEFT_NOTHING)
        return redirect(register_url(self.waiting) if self.waiting else AUDIT)

    def lead_to(self, made: Workflow, rest: list[Finding]) -> HttpResponseRedirect:
        """Say that an entry is there: on its page, or above the form that comes next."""
        page = made.get_absolute_url()
        if not rest:
            messages.info(self.request, f"“{made}” is registered already: this is its entry.")
            return redirect(page)
        link = '“<a class="link" href="{}">{}</a>” is registered already: this is the next one.'
        messages.info(self.request, format_html(link, page, made))
        return redirect(register_url(rest))

    def again(self, form: RegisterForm, status: int) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=status)

    def next(self) -> HttpResponseRedirect:
        """Go on with the next finding, or back to the audit."""
        rest = self.waiting[1:]
        return redirect(register_url(rest) if rest else AUDIT)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        finding = self.waiting[0]
        context = {
            "form": RegisterForm(initial=initial_of(finding)),
            "finding": finding,
            "further": len(self.waiting) - 1,
            "back_url": reverse(AUDIT),
        }
        return super().get_context_data(**context | kwargs)


class RegisterAll(OfTree):
    """Every function whose code says all that an entry needs: a preview, then all or none."""

    permission_required = registry.RIGHT
    template_name = "enrichment/audit/register_all.html"
    title = "Register all that need no choice"
    nav = AUDIT

    def crumbs(self) -> list[Crumb]:
        return [Crumb(self.title)]

    @cached_property
    def waiting(self) -> list[Finding]:
        return list(audits.waiting(self.scan)) if self.scan else []

    def post(self, request: HttpRequest) -> HttpResponseRedirect:
        last = str(self.scan.pk) if self.scan else ""
        if request.POST.get("scan", last) != last:
            messages.info(request, MEANWHILE)
            return redirect(request.get_full_path())
        made = scans.register_all(self.waiting, by=person(request))
        messages.success(request, f"{counted(len(made), 'workflow')} registered. {AGAIN}")
        return redirect(AUDIT)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        plain = [one for one in self.waiting if scans.needs_no_choice(one)]
        others = [one for one in self.waiting if one not in plain]
        context = {
            "scan": self.scan,
            "plain": plain,
            "slugs": len({one.slug for one in plain}),
            "others": others,
            "others_url": register_url(others[:MOST]),
            "back_url": reverse(AUDIT),
        }
        return super().get_context_data(**context | kwargs)


def register_url(found: list[Finding]) -> str:
    """Lead to the forms of findings, one after the other."""
    query = urlencode({"finding": [one.pk for one in found]}, doseq=True)
    return f"{reverse('enrichment:audit-register')}?{query}"
