"""What would change if the errors of a filter were cleared."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.utils.functional import cached_property

from governance.filters.errors import ErrorFilter
from governance.models import HubError
from governance.models.errors import OPEN_DISPOSITIONS
from governance.queries.errors import clearing
from governance.tables.groups import query_of
from governance.templatetags.addresses import companies_url, errors_url
from governance.views import keptfilters
from outreach_admin.ui.pages.base import Crumb, Page

OPEN = [("disposition", str(disposition)) for disposition in OPEN_DISPOSITIONS]


class Freed(NamedTuple):
    """A target, how many companies could go on to it, and where they are listed."""

    target: str
    companies: int
    url: str


class ErrorChanges(Page):
    """For a filter of the queue: the companies that its errors hold back alone, by target."""

    permission_required = ("governance.view_huberror", "governance.view_readiness")
    template_name = "governance/errors/changes.html"
    title = "What would change"
    nav = "governance:error-list"

    def crumbs(self) -> list[Crumb]:
        return [Crumb(self.title)]

    @cached_property
    def filterset(self) -> ErrorFilter:
        return ErrorFilter(self.request.GET, HubError.objects.all(), as_of=self.as_of)

    @property
    def errors(self) -> str:
        """Write the filter as the list of companies takes it, which takes no empty one: what is closed holds nobody."""
        return self.filterset.canonical() or query_of(OPEN)

    @property
    def blocking(self) -> str:
        """Write the filter for those of its errors that block, empty where it leaves none."""
        asked = self.filterset.pairs()
        dispositions = [pair for pair in asked if pair[0] == "disposition"]
        opened = [pair for pair in dispositions or OPEN if pair in OPEN]
        if not opened or ("blocks", "false") in asked:
            return ""
        rest = [pair for pair in asked if pair not in dispositions]
        return query_of([*rest, *opened, ("blocks", "true")])

    @cached_property
    def clearing(self) -> clearing.Clearing:
        meant = ErrorFilter.from_text(self.errors, HubError.objects.all(), as_of=self.as_of)
        return clearing.of(meant.qs)

    def freed(self) -> Iterable[Freed]:
        """List the targets, each with the way to the companies that could go on to it."""
        for target, label in clearing.TARGETS:
            url = self.companies(errors=self.errors, freed_for=target)
            yield Freed(label, self.clearing.freed[target], url)

    def companies(self, **filters: str) -> str:
        """Lead to companies, however long the filter of their errors is."""
        return keptfilters.within(companies_url(**filters), self.request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {
            "errors_url": keptfilters.within(errors_url(self.errors), self.request),
            "behind_url": self.companies(errors=self.errors),
            "held_url": self.companies(errors=self.blocking) if self.blocking else "",
            "filterset": self.filterset,
            "clearing": self.clearing,
            "freed": list(self.freed()),
        }
        return super().get_context_data(**context | kwargs)
