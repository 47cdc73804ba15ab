"""The page of one company, and what ever happened to it."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property

from governance.filters.companies import CompanyFilter
from governance.listings.subjects import CompanyListing
from governance.models import Readiness
from governance.queries.companies import errors, facts, hubs, promotion, records, timeline
from governance.queries.companies.records import Company
from governance.queries.errors import blockers
from governance.tables.companies import CompanyTable
from governance.verbs import registry
from outreach_admin.exceptions import Refused
from outreach_admin.ui.pages.base import Crumb, Page
from outreach_admin.ui.pages.lists import Action
from outreach_admin.ui.pages.records import ListedRecord

MAY_LOOK = ("governance.view_readiness", "governance.view_huberror")
MOST_MOMENTS = 20
# characters of a name in the breadcrumbs, which stand in one line
MOST_OF_NAME = 40


class OneCompany(Page):
    """A page about one company of the spine."""

    permission_required = MAY_LOOK
    nav = "governance:company-list"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it; an id in other letters leads to the one address that it has."""
        query = request.GET.urlencode()
        address = reverse(request.resolver_match.view_name, args=[self.kwargs["pk"]])  # type: ignore[union-attr]
        if request.path != address:
            return HttpResponseRedirect(f"{address}?{query}" if query else address)
        return super().get(request, *args, **kwargs)

    @cached_property
    def company(self) -> Company:
        """Find the company. Raises Refused (404) where the spine does not know it."""
        found = records.find(self.kwargs["pk"])
        if found is None:
            raise Refused(
                f"The spine knows no company with the outreach id {self.kwargs['pk']}.",
                what_to_do="It was never there, or it was deleted. Search for its name or domain.",
                status=404,
            )
        return found

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.company.name

    @property
    def short_name(self) -> str:
        """Cut the name to what has room in one line."""
        name = self.title
        return name if len(name) <= MOST_OF_NAME else f"{name[:MOST_OF_NAME]}…"


class CompanyDetail(OneCompany, ListedRecord):
    """One company: how it stands at each hub and why, what it may be promoted to, its errors, rows and story."""

    template_name = "governance/companies/detail.html"
    filterset_class = CompanyFilter
    table_class = CompanyTable
    listing_class = CompanyListing
    list_name = "governance:company-list"
    record_name = "governance:company-detail"
    noun = "company"

    @property
    def record(self) -> Readiness:  # type: ignore[override]
        return self.company.readiness

    @property
    def rows(self) -> QuerySet[Readiness]:  # type: ignore[override]
        return Readiness.objects.only("pk")

    def crumbs(self) -> list[Crumb]:
        return [Crumb(self.short_name)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give how it stands, what to do about it, and the way on."""
        found = blockers.read(self.record.pk, self.record)
        previous, following = self.neighbours
        context = {
            "company": self.company,
            "readiness": self.record,
            "bottleneck": hubs.bottleneck(self.company, found),
            "standings": hubs.standings(self.company, found),
            "criteria": hubs.criteria(self.company),
            "blockers": blockers.shown(found),
            "blocked": len(found),
            "score": facts.of_score(self.company),
            "answers": promotion.answers(self.company),
            "errors": errors.of(self.record.pk),
            "story": timeline.of_company(self.record.pk, most=MOST_MOMENTS),
            "actions": self.actions(),
            "list_url": self.list_url,
            "previous": previous,
            "following": following,
            "place": self.place(),
        }
        return super().get_context_data(**context | kwargs)

    @property
    def list_url(self) -> str:
        """Give the address of the list."""
        return self.address(reverse(self.list_name))

    def actions(self) -> list[Action]:
        """List the verbs for its open errors that this person may use, each by way of a plan."""
        usable = [
            verb
            for verb in registry.offered_for("error")
            if self.request.user.has_perm(verb.permission)
        ]
        return [
            Action(
                verb,
                reverse("governance:operation-plan", args=[verb.name]),
                primary=verb is usable[0],
            )
            for verb in usable
        ]


class CompanyHistory(OneCompany):
    """Everything that ever happened to a company, 50 entries a page."""

    template_name = "governance/companies/history.html"
    http_method_names: ClassVar[list[str]] = ["get"]

    def crumbs(self) -> list[Crumb]:
        address = reverse("governance:company-detail", args=[self.company.spine.pk])
        return [Crumb(self.short_name, address), Crumb("History")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the entries before the mark in the address, or the newest."""
        mark = self.request.GET.get("after", "")
        context = {
            "company": self.company.spine,
            "is_newest": not mark,
            "story": timeline.of_company(
                self.company.spine.pk,
                after=timeline.read_mark(mark) if mark else None,
            ),
        }
        return super().get_context_data(**context | kwargs)
