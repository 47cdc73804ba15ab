"""What people do with an operation: each button of its page."""

from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views import View

from governance.exceptions import ApprovalRequired
from governance.forms.operations import AgainForm, RequestForm, ThrottleForm
from governance.models import Operation
from governance.services.approvals import requests
from governance.services.operations import acts, plans, steering, undos
from governance.verbs import registry
from governance.views.operations import pages
from outreach_admin.exceptions import Refused
from outreach_admin.ui import figures
from outreach_admin.ui.pages.addresses import ours

PAGE = "governance:operation-detail"


class OperationStart(pages.OperationDetail):
    """Let a plan run; without the approval it needs it stays as it is and says so."""

    permission_required = "governance.run_operation"
    page = PAGE
    http_method_names: ClassVar[list[str]] = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            steering.start(self.operation, by=request.user)
        except ApprovalRequired as refusal:
            messages.error(request, f"V-GATE-002: {refusal.sentence} {refusal.what_to_do}")
            return self.render_to_response(self.get_context_data(), status=refusal.status)
        return redirect(PAGE, self.operation.pk)


class OperationAction(PermissionRequiredMixin, View):
    """Something done to one operation; afterwards its page, or that of the operation it led to."""

    permission_required = "governance.run_operation"
    page = PAGE
    http_method_names: ClassVar[list[str]] = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponseRedirect:
        operation = get_object_or_404(Operation.objects.select_related(*pages.WITH_ALL), pk=pk)
        led_to = self.act(operation) or operation
        return redirect(PAGE, led_to.pk)

    def act(self, operation: Operation) -> Operation | None:
        raise TypeError(f"{type(self).__name__} does nothing")


class OperationRequest(OperationAction):
    """Ask somebody else to approve."""

    def act(self, operation: Operation) -> None:
        form = cleaned(RequestForm(self.request.POST))
        requests.make(operation, by=self.request.user, note=form["note"])
        messages.success(
            self.request,
            f"Asked for approval of {operation}. It starts as soon as somebody else approves.",
        )


class OperationPause(OperationAction):
    """Stop after the chunk under way."""

    def act(self, operation: Operation) -> None:
        steering.pause(operation, by=self.request.user)


class OperationResume(OperationAction):
    """Go on."""

    def act(self, operation: Operation) -> None:
        steering.resume(operation, by=self.request.user)


class OperationCancel(OperationAction):
    """Leave the rows alone that are not done yet."""

    def act(self, operation: Operation) -> None:
        steering.cancel(operation, by=self.request.user)
        messages.warning(
            self.request,
            f"Cancelled: {figures.counted(operation.cancelled, 'row was', 'rows were')} left alone, {operation.applied:,} stay as changed.",
        )


class OperationDiscard(OperationAction):
    """Throw a plan away."""

    def act(self, operation: Operation) -> None:
        steering.discard(operation, by=self.request.user)
        messages.info(self.request, f"Discarded {operation}. Nothing was changed.")


class OperationThrottle(OperationAction):
    """Set the pace."""

    def act(self, operation: Operation) -> None:
        form = cleaned(ThrottleForm(self.request.POST))
        steering.set_throttle(operation, rows_a_second=form["rows_a_second"], by=self.request.user)


class OperationUndo(OperationAction):
    """Plan the way back."""

    def act(self, operation: Operation) -> Operation:
        return undos.plan(operation, by=self.request.user)


class OperationTakeBack(OperationAction):
    """Undo what was done to one row, at once, and go back to where it was done."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponseRedirect:
        operation = get_object_or_404(Operation, pk=pk)
        undo = acts.take_back(operation, by=request.user)
        if undo.state in Operation.WAITING_STATES:
            messages.warning(request, f"Planned as {undo}: it needs an approval.")
            return redirect("governance:operation-detail", undo.pk)
        messages.success(request, f"Taken back: the row is as it was before {operation}.")
        back = ours(request, request.GET.get("next", ""))
        return redirect(back or reverse("governance:operation-detail", args=[undo.pk]))


class OperationRetry(OperationAction):
    """Plan once more for the rows that were failed, skipped or cancelled."""

    def act(self, operation: Operation) -> Operation:
        """Freeze the new plan with the same parameters."""
        form = cleaned(AgainForm(self.request.POST))
        return plans.again(
            operation, by=self.request.user, outcome=form["outcome"], reason=form["reason"] or None
        )


class OperationRevise(OperationAction):
    """Plan anew with other parameters; the old plan is discarded."""

    def act(self, operation: Operation) -> Operation:
        """Freeze the new plan over the same rows."""
        fields = registry.VERBS[operation.verb].parameters.base_fields
        asked = {name: self.request.POST.get(name, "") for name in fields}
        revised = plans.revise(operation, by=self.request.user, **asked)
        messages.success(self.request, f"Planned anew as {revised}; {operation} is discarded.")
        return revised


def cleaned(form: Any) -> dict[str, Any]:
    """Return what a form holds; refuse it with its own words."""
    if not form.is_valid():
        wrong = "; ".join(
            f"{form.fields[name].label or name}: {' '.join(map(str, problems))}"
            for name, problems in form.errors.items()
        )
        raise Refused(wrong, what_to_do="Go back and correct it.")
    return form.cleaned_data
