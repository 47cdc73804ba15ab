"""Companies and how they stand."""

from django.db.models import QuerySet
from django.http import QueryDict

from governance.filters.companies import CompanyFilter, uncounted_states
from governance.models import Readiness
from governance.views.errors.counted import CountedList


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

    def count_of(self, query: str) -> int | None:
        """Count the companies of a view; None also where it names texts that the counters put together."""
        if uncounted_states(QueryDict(query).getlist("state")):
            return None
        return super().count_of(query)
