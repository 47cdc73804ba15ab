"""Lists of companies for campaigns: taken, listed, had again."""

import base64
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import HttpRequest, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views import View

from governance.filters.campaigns import CampaignFilter
from governance.filters.companies import CompanyFilter
from governance.models import CampaignList, Readiness
from governance.queries import campaigns as queries
from governance.resources.exports import EXPORT
from governance.services.files import campaigns
from governance.tables.campaigns import CampaignTable
from governance.views.files.exports import download
from outreach_admin.lists.files.streams import Label
from outreach_admin.ui.pages.base import Crumb, Link, Page
from outreach_admin.ui.pages.lists import TablePage

RIGHTS = (EXPORT, "governance.view_readiness")
LISTS = "governance:campaign-list"


class CampaignLists(TablePage):
    """Every list that was ever handed out."""

    permission_required = RIGHTS
    title = "Campaign lists"
    nav = LISTS
    queryset = CampaignList.objects.select_related("requester")
    table_class = CampaignTable
    filterset_class = CampaignFilter
    empty_hint = "Choose “New list”, or filter the companies, then Export and “Campaign list”."

    def toolbar(self) -> list[Link]:
        """Lead to what a list of every company would hold."""
        return [Link("New list…", reverse("governance:campaign-take"), "plus")]


class CampaignTake(Page):
    """What a campaign would be given under a filter of companies; posting the same address hands it out."""

    permission_required = RIGHTS
    title = "Campaign list"
    nav = LISTS
    template_name = "governance/files/campaigns/take.html"

    def crumbs(self) -> list[Crumb]:
        return [Crumb("New campaign list")]

    @cached_property
    def filterset(self) -> CompanyFilter:
        return CompanyFilter(self.request.GET, Readiness.objects.all(), as_of=self.as_of)

    def post(self, request: HttpRequest) -> HttpResponseRedirect:
        """Keep the list; the answer leads to its page, where the file is."""
        asked = self.filterset
        given = campaigns.take(
            asked.qs,
            filter=asked.canonical(),
            moments=Label("", moments=asked.moments()).meant,
            by=request.user,  # type: ignore[arg-type]
        )
        messages.success(request, f"{given} is handed out and kept as it is now.")
        return redirect("governance:campaign-detail", given.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Count what matches, and what of it can be promoted."""
        matching = self.filterset.qs
        context = {
            "filterset": self.filterset,
            "filter": self.filterset.canonical(),
            "promotable_filter": self._narrowed(),
            "matching": matching.count(),
            "promotable": matching.promotable().count(),
        }
        return super().get_context_data(**context | kwargs)

    def _narrowed(self) -> str:
        """Write the filter of those that can be promoted."""
        query = self.filterset.query()
        query.setlist("promotable", ["true"])
        return query.urlencode()


class CampaignDetail(Page):
    """One list: what was asked, when, how many, and what proves its file."""

    permission_required = RIGHTS
    nav = LISTS
    template_name = "governance/files/campaigns/detail.html"

    @cached_property
    def given(self) -> CampaignList:
        return get_object_or_404(
            CampaignList.objects.select_related("requester"), pk=self.kwargs["pk"]
        )

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"Campaign list {self.given}"

    def crumbs(self) -> list[Crumb]:
        return [Crumb(str(self.given))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(given=self.given, **kwargs)


class CampaignFile(PermissionRequiredMixin, View):
    """The file of a list, the same bytes each time."""

    permission_required = RIGHTS

    def get(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        given = get_object_or_404(CampaignList, pk=pk)
        response = download(lambda: queries.stream_of(given, reader=request.user.pk))
        digest = base64.b64encode(bytes.fromhex(given.checksum)).decode()
        response["Repr-Digest"] = f"sha-256=:{digest}:"
        response["Content-Length"] = str(given.size)
        return response
