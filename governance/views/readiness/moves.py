"""Which companies moved between two days: counted from tier to tier, listed, and as a file."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.functional import cached_property

from governance.filters.readiness import days
from governance.filters.readiness.moves import TIERS, MoveFilter
from governance.models import ReadinessSnapshot, TierTransition
from governance.queries.readiness import moves, snapshots
from governance.resources.exports import EXPORT, Export
from governance.tables.moves import MoveTable, moves_url
from governance.views.files.exports import download
from outreach_admin.exceptions import BadRequest
from outreach_admin.lists.filters import PLACE_KEYS
from outreach_admin.lists.tallies import Cube, Tally
from outreach_admin.ui.pages.base import Crumb, Link
from outreach_admin.ui.pages.lists import Notice, TablePage

# days between the two that are compared when none is named
USUAL = 7
NOTHING_KEPT = "No two days have been kept yet."
COLUMNS = {
    "outreach_id": "outreach_id",
    "company_name": "company_name",
    "domain": "domain",
    "from_tier": "stood_tier",
    "to_tier": "stands_tier",
    "from_reason": "stood_reason",
    "to_reason": "stands_reason",
    "first_change": "at",
}


class Way(NamedTuple):
    """One cell of the matrix: how many companies went that way, and where they are listed."""

    label: str
    companies: int
    url: str


class MoveList(TablePage):
    """Companies that stood otherwise at the end of `to` than at the end of `from`."""

    permission_required = "governance.view_readiness"
    template_name = "governance/readiness/moves.html"
    title = "Companies that moved"
    nav = "governance:readiness-trends"
    table_class = MoveTable
    filterset_class = MoveFilter
    empty_hint = "No company stood otherwise at the end of these two days."

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the list, or refuse two days that cannot be compared with the way to the trends."""
        try:
            _ = self.compared
        except BadRequest as refusal:
            refusal.way_out = reverse("governance:readiness-trends")
            raise
        return super().get(request, *args, **kwargs)

    def crumbs(self) -> list[Crumb]:
        return [Crumb(self.title)]

    @cached_property
    def compared(self) -> tuple[ReadinessSnapshot, ReadinessSnapshot] | None:
        """Find the two snapshots; None where no day is named and no two were kept yet."""
        if not any(self.request.GET.get(key) for key in days.KEYS):
            return snapshots.latest_two(apart=USUAL)
        asked = days.of_address(
            self.request.GET,
            today=self.as_of.date(),
            usual=USUAL + 1,
        )
        return snapshots.comparable(asked.first, asked.last)

    def get_queryset(self) -> QuerySet[TierTransition]:
        """Give a row for each company that moved."""
        return moves.between(*self.compared) if self.compared else TierTransition.objects.none()

    @cached_property
    def filterset(self) -> MoveFilter:
        """Read the filter, and give it the changes that it can look through."""
        found: MoveFilter = super().filterset  # type: ignore[assignment]
        if self.compared:
            found.changes = moves.inside(*self.compared)
        return found

    @cached_property
    def cube(self) -> Cube:
        return moves.counted(*self.compared) if self.compared else Cube()

    def total(self) -> Tally:
        """Count what matches, from the counts by facet where they know."""
        if self.filterset.is_counted:
            return self.cube.total(self.filterset.wanted)
        return super().total()

    def facet_counts(self, name: str) -> Mapping[str, Tally]:
        """Count the companies per value, a text that is searched for left out."""
        return self.cube.by_facet(self.filterset.wanted).get(name, {})

    def notice(self) -> Notice | None:
        """Say that nothing can be compared yet."""
        if self.compared:
            return super().notice()
        return Notice(
            NOTHING_KEPT,
            "A snapshot of each day is taken as it ends.",
        )

    def toolbar(self) -> Iterable[Link]:
        """Offer the file to those who may take rows out."""
        if not self.request.user.has_perms(MoveFile.permissions):
            return []
        query = self.request.GET.copy()
        for key in PLACE_KEYS:
            query.pop(key, None)
        address = f"{reverse('governance:readiness-moves-file')}?{query.urlencode()}"
        return [Link("CSV", address, "download")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = {"compared": self.compared}
        if self.compared and not self.part:
            context |= {"tiers": [label for _, label in TIERS], "matrix": self.matrix()}
        return super().get_context_data(**context | kwargs)

    def matrix(self) -> list[tuple[str, list[Way]]]:
        """Count from each tier to each tier, whatever the list is narrowed to."""
        return [
            (label, [self._way(stood, stands, name) for stands, name in TIERS])
            for stood, label in TIERS
        ]

    def _way(self, stood: str, stands: str, name: str) -> Way:
        first, last = self.compared  # type: ignore[misc]
        wanted = {"from_tier": [stood], "to_tier": [stands]}
        return Way(
            name,
            self.cube.total(wanted).count,
            moves_url(first.day, last.day, from_tier=stood, to_tier=stands),
        )


class MoveFile(MoveList):
    """The same companies as a CSV."""

    permissions = (EXPORT, "governance.view_readiness")
    permission_required = permissions

    def get(  # type: ignore[override]
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> StreamingHttpResponse:
        """Send the file: of the two days and the filter that it states."""
        self.filterset.check()
        if not self.compared:
            raise BadRequest(
                NOTHING_KEPT,
                what_to_do="Come back tomorrow: a snapshot is taken as each day ends.",
            )
        export = Export(
            name="moves",
            noun=MoveTable.noun,
            nouns=MoveTable.nouns,
            list_url="governance:readiness-moves",
            url="governance:readiness-moves-file",
            permissions=self.permissions,
            filterset=MoveFilter,
            queryset=self.get_queryset,
            columns=COLUMNS,
            order=("outreach_id",),
        )
        return download(
            lambda: export.stream(
                export.filtered(self._asked()),
                "csv",
                reader=request.user.pk,
            )
        )

    def _asked(self) -> Any:
        data = self.request.GET.copy()
        for key in ("sort", "size", "columns", "view"):
            data.pop(key, None)
        if self.compared:
            first, last = self.compared
            data["from"], data["to"] = str(first.day), str(last.day)
        return data
