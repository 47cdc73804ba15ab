"""Companies and how they stand."""

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import cached_property

from governance.filters.companies import CompanyFilter, uncounted_states
from governance.models import Readiness
from governance.queries.companies import standing
from governance.views.errors.counted import CountedList
from outreach_admin.lists import tallies
from outreach_admin.lists.paging import Page as Rows


class CompanyList(CountedList):
    """Companies by how they stand: which can be promoted, and what the others lack."""

    permission_required = "governance.view_readiness"
    title = "Companies"
    subject = "company"
    empty_hint = "Companies appear here as pipelines give them an outreach id."
    filterset: CompanyFilter

    def get_queryset(self) -> QuerySet[Readiness]:
        """Give every company; a row holds all that is shown of it."""
        return Readiness.objects.all()

    @cached_property
    def whole(self) -> tallies.Cube:
        return standing.keyed()

    @cached_property
    def cube(self) -> tallies.Cube:
        """Count by facet values what the other filters leave: from the counters where they know enough."""
        if self.filterset.is_counted:
            return self.whole
        return standing.taken(self.filterset.beside_facets(), narrowed=self.filterset.qs)

    def count_of(self, query: str) -> int | None:
        """Count the companies of a view; None also where it names texts that the counters put together."""
        if uncounted_states(QueryDict(query).getlist("state")):
            return None
        return super().count_of(query)

    @cached_property
    def rows(self) -> Rows:
        paginator = self.filterset.paginator(
            self.whole,
            sort=self.order[1],
            size=self.size,
        )
        return paginator.page(
            after=self.request.GET.get("after"), before=self.request.GET.get("before")
        )
