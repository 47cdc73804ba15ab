"""Retention: what goes in which month, under whose approval, what went, and the account of every error."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse_lazy
from django.utils.functional import cached_property

from governance import policies
from governance.forms.archives import AgreeForm
from governance.models import ErrorTable
from governance.queries.archives import accounts, purges, retention
from governance.services.archives import consents
from governance.views.archives import numbers
from governance.views.savedviews import person
from outreach_admin.exceptions import Refused
from outreach_admin.ui.pages.base import Crumb, Page

SEE = "governance.view_archivederror"
PAGE = "governance:archive-retention"


class RetentionPage(Page):
    """How long archived errors stay, table by table and month by month."""

    permission_required = SEE
    template_name = "governance/archive/retention/page.html"
    title = "Retention"
    nav = "governance:archive-list"

    def crumbs(self) -> list[Crumb]:
        return [Crumb("Retention")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give policies, schedule, forecast, latest purges and the account. Seven queries."""
        schedule = retention.clean_up()
        found = retention.forecasts(at=self.as_of, schedule=schedule)
        account = accounts.of_tables()
        context = {
            "schedule": schedule,
            "tables": numbers.policies_of(found),
            "months": numbers.months_of(found),
            "purges": numbers.deletions_of(purges.recent()),
            "accounts": numbers.accounts_of(account),
            "account_of_all": numbers.account_of_all(account),
            "may_agree": policies.may_agree_to_purges(person(self.request)),
        }
        return super().get_context_data(**context | kwargs)


class RetentionAgree(Page):
    """Give the standing approval for one table's retention."""

    permission_required = "governance.vote_approval"
    template_name = "governance/archive/retention/agree.html"
    nav = "governance:archive-list"
    back_url = reverse_lazy(PAGE)

    @cached_property
    def table(self) -> ErrorTable:
        found = ErrorTable.objects.filter(pk=self.kwargs["table"].replace("\0", "")).first()
        if found is None:
            raise Http404
        return found

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"Approve the retention of {self.table.short_name}"

    def crumbs(self) -> list[Crumb]:
        return [Crumb("Retention", str(self.back_url)), Crumb("Approve")]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Agree to the retention that was read, or say why not."""
        form = AgreeForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        try:
            agreed = consents.agree(self.table.name, by=person(request), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, f"{refusal.sentence} {refusal.what_to_do}".strip())
            context = self.get_context_data(form=form)
            return self.render_to_response(context, status=refusal.status)
        messages.success(request, f"Approved: {agreed}, archived errors are deleted.")
        return HttpResponseRedirect(self.back_url)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the form with the retention that is shown."""
        days = self.table.retention.days
        kept = retention.kept_by_schedule(self.table.name)
        context = {
            "form": AgreeForm(initial={"days": days}),
            "back_url": self.back_url,
            "submit": "Approve",
            "said": f"Archived errors of {self.table.name} are deleted for good {days:,} days after "
            "they were archived, each week, until somebody changes that length of time. "
            f"What is under legal hold stays.{f' For now all of it does: {kept}.' if kept else ''}",
        }
        return super().get_context_data(**context | kwargs)
