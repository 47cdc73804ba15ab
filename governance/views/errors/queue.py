"""The queue and its records."""

from collections.abc import Iterable
from urllib.parse import quote, urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property

from governance.filters.errors import ErrorFilter
from governance.models import ErrorCount, HubError
from governance.queries.errors import counts
from governance.queries.errors.pages import ErrorPaginator
from governance.views.errors.counted import CountedList
from outreach_admin import menu
from outreach_admin.lists import kept, tallies
from outreach_admin.lists.paging import Page as Rows
from outreach_admin.ui import navigation
from outreach_admin.ui.pages.base import Link

PATIENT_SECONDS = 20.0
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

    @cached_property
    def whole(self) -> tallies.Cube:
        return counts.kept(ErrorCount.objects.all())

    @cached_property
    def cube(self) -> tallies.Cube:
        """Count by facet values what the other filters leave: from the counters where they know enough."""
        if not self.filterset.is_counted:
            return counts.taken(
                self.filterset.beside_facets(HubError.objects.all()), narrowed=self.filterset.qs
            )
        return self.known

    @cached_property
    def known(self) -> tallies.Cube:
        """Read what the counters know of the filter, as if it asked for nothing else."""
        if all(
            key in ErrorFilter.facets or key in ErrorFilter.uncounted
            for key, _ in self.filterset.pairs()
        ):
            return self.whole
        return counts.kept(self.filterset.counters())

    @cached_property
    def rows(self) -> Rows:
        """Read one page of rows: which they are, then what is shown of them."""
        filtered = self.filterset.filtered(list(self.known.fitting(self.filterset.wanted)))
        paginator = ErrorPaginator(
            self.filterset.queryset, filtered=filtered, sort=self.order[1], size=self.size
        )
        return paginator.page(
            after=self.request.GET.get("after"), before=self.request.GET.get("before")
        )

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
