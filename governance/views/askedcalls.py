"""Calls that wait for this person, read as one list and decided together: each stands alone."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from governance.forms.approvals import BatchForm
from governance.queries.canon import asked
from governance.services.canon import batches
from outreach_admin.ui.pages.base import Crumb, Page


class AskedCallBatch(Page):
    """The calls that wait for this person; posting decides on those that are ticked, and says of each what became of it."""

    permission_required = "governance.vote_approval"
    template_name = "governance/approvals/calls/batch.html"
    nav = "governance:approval-list"
    title = "Calls that wait for me"

    def crumbs(self) -> list[Crumb]:
        return [Crumb("Calls")]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Decide on each call that was read, by its digest."""
        form = BatchForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        decided = batches.decide(
            form.cleaned_data["calls"],
            form.cleaned_data["vote"],
            by=request.user,
            comment=form.cleaned_data["comment"],
        )
        return self.render_to_response(self.get_context_data(decided=decided))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        due = asked.waiting(self.request.user, at=self.as_of)
        shown = due[: batches.MOST]
        rows = [(one, asked.outlook_of(one, at=self.as_of)) for one in shown]
        context = {
            "rows": rows,
            "total": due.count(),
            "open_rows": sum(outlook.state != "fails" for _, outlook in rows),
            "form": BatchForm(),
            "ticked": self.request.POST.getlist("calls"),
        }
        return super().get_context_data(**context | kwargs)
