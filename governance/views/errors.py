"""The queue and its records."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import cached_property

from governance import verbs
from governance.filters.errors import ErrorFilter, GovernedFilter
from governance.models import ErrorCount, HubError
from governance.services import counts
from governance.services.listings import ErrorPaginator
from governance.tables.errors import ErrorTable
from governance.views.savedviews import KEPT_STATE, SavedTabs
from outreach_admin.ui import navigation
from outreach_admin.ui.facets import Facet, Tally, Value
from outreach_admin.ui.pages import Link, wants_part
from outreach_admin.ui.paging import Page as Rows
from outreach_admin.ui.tables import Table

PATIENT_SECONDS = 20.0
EXPIRY = (
    ("expired", None, 0),
    ("within 48 h", 0, 48),
    ("2 to 7 days", 48, 168),
    ("later", 168, None),
)
# what is done most comes first; the rest folds into a menu
IN_ORDER = (
    "park",
    "retry",
    "resolve",
    "archive",
    "assign",
    "unpark",
    "escalate",
    "set_ttl",
    "ignore",
)
ACTIONS = [verbs.VERBS[name] for name in IN_ORDER]
EXPORT = navigation.Entry(
    "Export", url_name="governance:error-export", permission="governance.export_huberror"
)
IMPORT = navigation.Entry(
    "Import", url_name="governance:error-import", permission="governance.import_huberror"
)


def count_of(query: str, filterset: type[GovernedFilter], whole: counts.Cube) -> int | None:
    """Count the rows of a stored query from the counters; None where it asks for more than facets."""
    data = QueryDict(query)
    if any(key not in filterset.facets and key not in KEPT_STATE for key in data):
        return None
    return whole.total(
        {key: set(values) for key, values in data.lists() if key in filterset.facets}
    ).count


def with_rows(facets: Sequence[Facet]) -> list[Facet]:
    """Leave out values known to have no row, but for dispositions, and facets without a value."""
    kept = [
        one
        if one.name == "disposition"
        else replace(
            one,
            values=[
                value
                for value in one.values
                if value.current or value.tally is None or value.tally.count
            ],
        )
        for one in facets
    ]
    return [one for one in kept if one.values]


class ErrorList(SavedTabs):
    """Live errors: filter, group, select, act."""

    permission_required = "governance.view_huberror"
    title = "Errors: queue"
    page_name = "governance:error-list"
    queryset = HubError.objects.listed()
    table_class = ErrorTable
    filterset_class = ErrorFilter
    verbs = ACTIONS
    empty_hint = "Errors appear here as pipelines write them or files bring them in."
    filterset: ErrorFilter

    @cached_property
    def whole(self) -> counts.Cube:
        """Read the counters of all live errors."""
        return counts.kept(ErrorCount.objects.all())

    @cached_property
    def cube(self) -> counts.Cube:
        """Count by facet values what the other filters leave: from the counters where they know enough."""
        if not self.filterset.is_counted:
            return counts.taken(
                self.filterset.beside_facets(HubError.objects.all()), narrowed=self.filterset.qs
            )
        return self.known

    @cached_property
    def known(self) -> counts.Cube:
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

    def total(self) -> Tally:
        """Count the rows; whoever asks for the number alone is given more time."""
        if self.filterset.is_counted:
            return self.cube.total(self.filterset.wanted)
        alone = self.part == "total" and not wants_part(self.request)
        return counts.rows_of(
            self.filterset.qs, seconds=PATIENT_SECONDS if alone else counts.PATIENCE
        )

    def facet_counts(self, name: str) -> Mapping[str, Tally]:
        """Count the rows per value of one facet."""
        return self.cube.by(name, self.filterset.wanted)

    def facets(self, *, counted: bool) -> list[Facet]:
        """List the facets that have values, expiry among them."""
        found = with_rows(super().facets(counted=counted or self.filterset.is_counted))
        return [*found[:3], self.expiry(), *found[3:]]

    def expiry(self) -> Facet:
        """Offer spans of time to expiry, from the full minute on."""
        now = self.as_of.replace(second=0, microsecond=0)
        values = []
        for label, first, last in EXPIRY:
            bounds = {"expires_after": first, "expires_before": last}
            query = self.filterset.query(without=bounds)
            for key, hours in bounds.items():
                if hours is not None:
                    query[key] = f"{now + timedelta(hours=hours):%Y-%m-%dT%H:%MZ}"
            values.append(
                Value(
                    label,
                    query.urlencode(),
                    all(self.request.GET.get(key) == query.get(key) for key in bounds),
                )
            )
        return Facet("expiry", "Expires", values)

    def count_of(self, query: str) -> int | None:
        """Count the rows of a view from the counters; None where they do not know its filters."""
        return count_of(query, ErrorFilter, self.whole)

    def toolbar(self) -> Iterable[Link]:
        """Lead to the groups and to files."""
        yield Link(
            "Group by cause",
            f"{reverse('governance:group-list')}?{self.beside_standing()}".removesuffix("?"),
            quiet=True,
        )
        for entry, icon in ((IMPORT, "plus"), (EXPORT, "download")):
            if url := navigation.allowed(self.request, entry):
                yield Link(
                    entry.label,
                    f"{url}?{self.filterset.canonical()}" if entry is EXPORT else url,
                    icon,
                )

    def beside_standing(self) -> str:
        """Write the filter for the groups, which are of open errors anyway."""
        pairs = [(key, value) for key, value in self.filterset.pairs() if key != "disposition"]
        return urlencode(pairs, quote_via=quote)

    def _results_context(self) -> dict[str, Any]:
        context = super()._results_context()
        if self.filterset.is_counted:
            context |= {"counted": True, "total": self.total()}
        return context

    def _table(self) -> Table:
        table = super()._table()
        table.query = self.filterset.query(without=("size", "columns")).urlencode()  # type: ignore[attr-defined]
        return table
