"""The page of one live or archived error."""

from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property

from governance import policies
from governance.filters.archive import ArchiveFilter
from governance.filters.errors import ErrorFilter, GovernedFilter
from governance.listings.subjects import ArchiveListing, ErrorListing
from governance.models import ArchivedError, ErrorCode, HubError
from governance.queries import people
from governance.queries.archives import retention
from governance.queries.errors import blockers, explanations, timeline
from governance.tables.archive import ArchiveTable
from governance.tables.errors import ErrorTable, GovernedTable
from governance.verbs import registry
from governance.verbs.base import Verb
from outreach_admin.db import jsonfields
from outreach_admin.lists.tallies import Tally
from outreach_admin.ui.pages.base import Crumb
from outreach_admin.ui.pages.lists import Action
from outreach_admin.ui.pages.records import ListedRecord

LONGEST_TEXT = 20_000


def rest_of(text: str) -> str:
    """Say how much of a long text is not shown."""
    more = len(text) - LONGEST_TEXT
    return f" … and {more:,} more characters" if more > 0 else ""


class RecordPage(ListedRecord):
    """One error with its facts, story and actions; the address carries the list it was opened from."""

    model: ClassVar[type[HubError | ArchivedError]]
    filterset_class: ClassVar[type[GovernedFilter]]
    table_class: ClassVar[type[GovernedTable]]
    act_name = ""
    subject = ""
    noun = "error"

    @cached_property
    def record(self) -> Any:
        """Read the record with its company and its table's policy."""
        record = (
            self.model._default_manager.select_related("outreach__company", "error_table__hub")
            .filter(pk=self.kwargs["pk"])
            .first()
        )
        if record is None:
            raise Http404(f"no {self.model._meta.verbose_name} {self.kwargs['pk']}")
        return record

    @property
    def rows(self) -> Any:  # type: ignore[override]
        return self.model._default_manager.only("pk")

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.code.title if self.code else f"{self.record.code}: unregistered code"

    @cached_property
    def code(self) -> ErrorCode | None:
        return ErrorCode.objects.filter(pk=self.record.code).first()

    def crumbs(self) -> list[Crumb]:
        return [Crumb(str(self.record.pk)[:8])]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the facts, the story, the actions and the way on."""
        record = self.record
        previous, following = self.neighbours
        context = {
            "error": record,
            "code": self.code,
            "message": record.message[:LONGEST_TEXT],
            "message_rest": rest_of(record.message),
            "moments": timeline.of_error(record.pk),
            "details": self.details(),
            "stack_trace": self.stack_trace()[:LONGEST_TEXT],
            "actions": self.actions(),
            "people": self.people,
            "list_url": self.address(reverse(self.list_name)),
            "previous": previous,
            "following": following,
            "place": self.place(),
        }
        return super().get_context_data(**context | kwargs)

    @cached_property
    def people(self) -> dict[str, str]:
        """Read the names of those whom the record itself names."""
        return people.names(
            getattr(self.record, name, None) for name in ("parked_by", "archived_by", "held_by")
        )

    def details(self) -> str:
        """Write what else the pipeline said, the stack trace apart."""
        rest = self.record.details
        if isinstance(rest, dict):
            rest = {name: value for name, value in rest.items() if name != "stack_trace"}
        return jsonfields.shown(rest)[:LONGEST_TEXT] if rest else ""

    def stack_trace(self) -> str:
        """Write where the pipeline stood."""
        return jsonfields.shown(jsonfields.fields(self.record.details).get("stack_trace") or "")

    def actions(self) -> list[Action]:
        """List the verbs this person may use, the first possible one as the primary."""
        usable = [
            verb
            for verb in registry.offered_for(self.subject)
            if self.request.user.has_perm(verb.permission)
        ]
        if not usable:
            return []
        why_not = explanations.refusals(
            self.model._default_manager.filter(pk=self.record.pk), usable
        )
        usable.sort(key=lambda verb: why_not[verb.name] is not None)
        first = next((verb for verb in usable if why_not[verb.name] is None), None)
        return [
            self.action(verb, primary=verb is first, refusal=why_not[verb.name]) for verb in usable
        ]

    def action(self, verb: Verb, *, primary: bool, refusal: str | None) -> Action:
        """Offer a verb: with its form on this page where it is done at once, else by way of a plan."""
        at_once = bool(self.act_name) and policies.may_act(self.request.user, verb)
        url = (
            self.address(reverse(self.act_name, args=[self.record.pk, verb.name]))
            if at_once
            else reverse("governance:operation-plan", args=[verb.name])
        )
        return Action(verb, url, primary=primary, refusal=refusal, at_once=at_once)


class ErrorDetail(RecordPage):
    """One live error."""

    permission_required = "governance.view_huberror"
    template_name = "governance/errors/detail.html"
    model = HubError
    list_name = "governance:error-list"
    record_name = "governance:error-detail"
    act_name = "governance:error-act"
    filterset_class = ErrorFilter
    table_class = ErrorTable
    listing_class = ErrorListing
    subject = "error"
    filterset: ErrorFilter

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the error, or lead to the archive where it has been moved there."""
        key = self.kwargs["pk"]
        if (
            not HubError.objects.filter(pk=key).exists()
            and ArchivedError.objects.filter(pk=key).exists()
        ):
            return HttpResponseRedirect(reverse("governance:archive-detail", args=[key]))
        return super().get(request, *args, **kwargs)

    def rank(self) -> Tally | None:
        """Count from the index of combinations, which needs no limit of time."""
        if not self.listing.is_counted:
            return super().rank()
        return self.paginator.rank(self.record)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add why it is here, its figures and what blocks its company."""
        error = self.record
        readiness = blockers.readiness_of(error)
        context = {
            "why": explanations.why(error, self.code, people=self.people),
            "tries_note": explanations.tries_note(error),
            "next_try": explanations.next_try(error),
            "blockers": blockers.of(error.outreach_id, readiness) if error.outreach_id else [],
            "readiness": readiness,
            "gates": blockers.gates_alone(error, readiness),
        }
        return super().get_context_data(**context | kwargs)


class ArchiveDetail(RecordPage):
    """One archived error."""

    permission_required = "governance.view_archivederror"
    template_name = "governance/archive/detail.html"
    model = ArchivedError
    list_name = "governance:archive-list"
    record_name = "governance:archive-detail"
    filterset_class = ArchiveFilter
    table_class = ArchiveTable
    listing_class = ArchiveListing
    subject = "archive"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the archived error, or lead to the queue where it has been restored."""
        key = self.kwargs["pk"]
        if (
            not ArchivedError.objects.filter(pk=key).exists()
            and HubError.objects.filter(pk=key).exists()
        ):
            return HttpResponseRedirect(reverse("governance:error-detail", args=[key]))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what keeps it when its time is over, if anything does."""
        kept = retention.kept_because(self.record.error_table_id)
        return super().get_context_data(**{"kept_because": kept} | kwargs)
