"""The queue and its records."""

from collections.abc import Iterable
from urllib.parse import quote, urlencode

from django.db.models import QuerySet
from django.urls import reverse

from governance.filters.errors import ErrorFilter
from governance.models import HubError
from governance.views.errors.counted import CountedList
from outreach_admin import menu
from outreach_admin.lists import kept
from outreach_admin.ui import navigation
from outreach_admin.ui.pages.base import Link

IMPORT = menu.Entry(
    "Import", url_name="governance:error-import", permission="governance.import_huberror"
)
CHANGES = menu.Entry(
    "What would change",
    url_name="governance:error-changes",
    permission="governance.view_readiness",
)


class ErrorList(CountedList):
    """Live errors: filter, group, select, act."""

    permission_required = "governance.view_huberror"
    title = "Errors: queue"
    subject = "error"
    empty_hint = "Errors appear here as pipelines write them or files bring them in."
    filterset: ErrorFilter

    def get_queryset(self) -> QuerySet[HubError]:
        """Give every live error, without what is heavy and not listed."""
        return HubError.objects.listed()

    def toolbar(self) -> Iterable[Link]:
        """Lead to the groups and to files."""
        text = kept.shortened(self.beside_standing(), self.request.GET)
        yield Link(
            "Group by cause",
            f"{reverse('governance:group-list')}?{text}".removesuffix("?"),
            quiet=True,
        )
        if url := navigation.allowed(self.request, CHANGES):
            text = kept.shortened(self.filterset.canonical(), self.request.GET)
            yield Link(CHANGES.label, f"{url}?{text}".removesuffix("?"), quiet=True)
        if url := navigation.allowed(self.request, IMPORT):
            yield Link(IMPORT.label, url, "upload")
        yield from super().toolbar()

    def beside_standing(self) -> str:
        """Write the filter for the groups, which are of open errors anyway."""
        pairs = [(key, value) for key, value in self.filterset.pairs() if key != "disposition"]
        return urlencode(pairs, quote_via=quote)
