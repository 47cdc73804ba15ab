"""The list page: queryset, table, filterset and verbs make a whole screen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property

from outreach_admin.exceptions import BadRequest
from outreach_admin.lists.facets import Facet, facet, span_counts, span_facet
from outreach_admin.lists.filters import PLACE_KEYS, StrictFilterSet
from outreach_admin.lists.listings import Listing
from outreach_admin.lists.paging import SIZES, size_of
from outreach_admin.lists.paging import Page as Rows
from outreach_admin.lists.tallies import Tally
from outreach_admin.ui.pages.base import Link, Page, wants_part
from outreach_admin.ui.pages.stale import Parted, listed, parted
from outreach_admin.ui.tables import Table, Ticked

PARTS = {
    "results": "_results.html",
    "facets": "_facets.html",
    "spans": "_spans.html",
    "total": "_total.html",
}
SELECTS = ("page", "all")
# so many views stand beside each other; of more, the first ones do and the others fold into a menu
MOST_TABS = 6
FIRST_TABS = 4


class Verb(Protocol):
    """What a list needs to know of a verb; `key` is its key on the keyboard, empty for none."""

    name: str
    label: str
    icon: str
    permission: str
    key: str


@dataclass(frozen=True)
class Action:
    """A verb offered as a button: where its plan is made, and `refusal` why not now.

    `takes` are the states of rows that it can be done to, empty for any; `at_once` opens its form on the page.
    """

    verb: Verb
    url: str
    primary: bool = False
    refusal: str | None = None
    takes: str = ""
    at_once: bool = False


@dataclass(frozen=True)
class Tab:
    """A saved view above the list; `default` is the team's."""

    label: str
    url: str
    count: int | None = None
    current: bool = False
    default: bool = False


@dataclass(frozen=True)
class Remedy:
    """A button that ends what a notice is about: a form posted to `url`."""

    label: str
    url: str


@dataclass(frozen=True)
class Notice:
    """What a list has to say of itself before its rows; `link` leads to the rows that it speaks of."""

    sentence: str
    what_to_do: str = ""
    remedies: Sequence[Remedy] = ()
    link: Link | None = None
    tone: str = "warn"


class TablePage(Page):
    """A list with filters, facets, paging, column choice, selection and verbs.

    Subclasses set `queryset`, `table_class`, `filterset_class`, `permission_required`, and
    `verbs` where rows can be acted on. `plan_url_name` is the URL name a verb's plan is posted
    to, with the verb's name as argument `verb`; by default `operation-plan` of the same app.
    The parts of the page have addresses of their own: `?part=results|facets|spans|total`.
    Refuses (400) unknown keys and invalid values before any row is read.
    """

    queryset: QuerySet[Any]
    table_class: ClassVar[type[Table]]
    filterset_class: ClassVar[type[StrictFilterSet]]
    listing_class: type[Listing] = Listing
    verbs: Sequence[Verb] = ()
    plan_url_name = ""
    template_name = "list.html"
    empty_hint = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the list, or the part of it that is asked for; a refusal names the way to the list without what is wrong."""
        try:
            self.filterset.check()
            self._check_state()
        except BadRequest as refusal:
            refusal.way_out = self.way_out()
            raise
        return super().get(request, *args, **kwargs)

    @cached_property
    def parted(self) -> Parted:
        """Part the address into what this list takes and what it does not have."""
        data = self.request.GET.copy()
        for key in PLACE_KEYS:
            data.pop(key, None)
        return parted(data, self.filterset_class, self.table_class)

    def way_out(self) -> str:
        """Give the address of this list without what it refuses, if it refuses only that."""
        if not self.parted.gone:
            return ""
        query = self.parted.kept.urlencode() or self.filterset_class.empty_query
        return f"{self.request.path}?{query}"

    def notice(self) -> Notice | None:
        """Say what the address that led here asked for in vain."""
        gone = self.request.GET.getlist("gone")
        if not gone:
            return None
        return Notice(
            f"This list no longer has {listed(gone)}: it is shown without.",
            "It may hold more rows than the one that was meant.",
        )

    def get_template_names(self) -> list[str]:
        """Choose the part for htmx, the results where it names none; else the page."""
        return [PARTS[self.part or "results"]] if wants_part(self.request) else [self.template_name]

    @property
    def part(self) -> str:
        """Name the part asked for, empty for the whole page."""
        return self.request.GET.get("part", "")

    @cached_property
    def filterset(self) -> StrictFilterSet:
        return self.filterset_class(
            self.request.GET, self.get_queryset(), request=self.request, as_of=self.as_of
        )

    def get_queryset(self) -> QuerySet[Any]:
        """Give every row the person may see, unfiltered."""
        return self.queryset.all()

    @cached_property
    def listing(self) -> Listing:
        """Give what reads rows and figures under this filter."""
        return self.listing_class(self.filterset)

    @cached_property
    def rows(self) -> Rows:
        paginator = self.listing.paginator(sort=self.order[1], size=self.size)
        return paginator.page(
            after=self.request.GET.get("after"), before=self.request.GET.get("before")
        )

    @cached_property
    def order(self) -> tuple[str, str]:
        """Read the order: column with sign, field path with sign."""
        return self.table_class.order_of(self.request.GET.get("sort"))

    @property
    def size(self) -> int:
        return size_of(self.request.GET.get("size"))

    @cached_property
    def columns(self) -> set[str]:
        """Read which optional columns are shown; refuse names the table does not have."""
        if "columns" not in self.request.GET:
            return self.table_class.default_columns()
        asked = {
            name
            for value in self.request.GET.getlist("columns")
            for name in value.split(",")
            if name
        }
        unknown = asked - self.table_class.optional_columns().keys()
        if unknown:
            raise BadRequest(
                f"Unknown column “{min(unknown)}”.",
                what_to_do=f"Offered: {', '.join(self.table_class.optional_columns())}.",
            )
        return asked

    @property
    def ticked(self) -> Ticked:
        left_out = frozenset(
            key for value in self.request.GET.getlist("except") for key in value.split(",") if key
        )
        return Ticked(every=bool(self.actions and self.request.GET.get("select")), but=left_out)

    @cached_property
    def actions(self) -> list[Action]:
        """List the verbs this person may use, one as the primary."""
        usable = [verb for verb in self.verbs if self.request.user.has_perm(verb.permission)]
        first = self.primary(usable) if usable else None
        return [
            Action(verb, self.plan_url(verb), primary=verb is first, takes=self.takes(verb))
            for verb in usable
        ]

    def primary(self, usable: Sequence[Verb]) -> Verb:
        """Choose the verb that is offered first of all."""
        return usable[0]

    def takes(self, verb: Verb) -> str:
        """Name the states of rows that a verb can be done to; empty where any will do."""
        return ""

    def plan_url(self, verb: Verb) -> str:
        """Give the address where a verb's plan is made."""
        name = self.plan_url_name or f"{self.request.resolver_match.app_name}:operation-plan"  # type: ignore[union-attr]
        return reverse(name, kwargs={"verb": verb.name})

    def total(self) -> Tally:
        """Count the matching rows."""
        return self.listing.total()

    def facet_counts(self, name: str) -> Mapping[str, Tally]:
        """Count the rows per value of one facet, its own choice left out."""
        return self.listing.facet_counts(name)

    def facets(self, *, counted: bool) -> list[Facet]:
        """List what else could be filtered, with counts where they are asked for."""
        return [
            facet(self.filterset, name, self.facet_counts(name) if counted else None)
            for name in self.filterset_class.facets
        ]

    def spans(self, *, counted: bool) -> list[Facet]:
        """List the spans of time that are offered by name, with counts where they are asked for."""
        return [
            span_facet(self.filterset, span, span_counts(self.filterset, span) if counted else None)
            for span in self.filterset.spans
        ]

    def tabs(self) -> list[Tab]:
        """List the saved views; none unless a page keeps them."""
        return []

    def save_view_url(self) -> str:
        """Give the address where the present view is saved; empty where that is not offered."""
        return ""

    def toolbar(self) -> Iterable[Link]:
        """List the links at the end of the toolbar, export for one."""
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the templates the list; a part that htmx asks for costs only its own queries."""
        context: dict[str, Any] = {
            "filterset": self.filterset,
            "is_part": wants_part(self.request),
        }
        alone = self.part if wants_part(self.request) else ""
        if alone in ("", "results"):
            context |= self._results_context()
        if self.part == "facets":
            context |= {"facets": self.facets(counted=True), "counted": True}
        if self.part in ("facets", "spans"):
            # spans take longest: the part with the facets fetches them afterwards
            later = self.part == "facets" and wants_part(self.request)
            context |= {"spans": self.spans(counted=not later), "spans_counted": not later}
        if self.part == "total":
            context["total"] = self.total()
        return super().get_context_data(**context | kwargs)

    def _results_context(self) -> dict[str, Any]:
        return {
            "table": self._table(),
            "rows": self.rows,
            "sizes": SIZES,
            "size": self.size,
            "columns": self._column_choice(),
            "facets": self.facets(counted=False),
            "spans": self.spans(counted=False),
            **self._folded(self.tabs()),
            "notice": self.notice(),
            "save_view_url": self.save_view_url(),
            "toolbar": self.toolbar(),
            "actions": self.actions,
            "select": self.request.GET.get("select", ""),
            "empty_hint": self.empty_hint,
        }

    def _folded(self, tabs: list[Tab]) -> dict[str, list[Tab]]:
        """Leave the first views, the current one and the last tab in the row; the others go into a menu."""
        views, last = tabs[:-1], tabs[-1:]
        room = MOST_TABS if len(views) <= MOST_TABS else FIRST_TABS
        folded = [tab for tab in views[room:] if not tab.current]
        row = [tab for tab in views if tab not in folded]
        return {"tabs": [*row, *last], "more_tabs": folded}

    def _table(self) -> Table:
        return self.table_class(
            self.rows.rows,
            sort=self.order[0],
            shown=self.columns,
            selectable=bool(self.actions),
            ticked=self.ticked,
            as_of=self.as_of,
        )

    def _column_choice(self) -> list[tuple[str, str, bool]]:
        return [
            (name, label, name in self.columns)
            for name, label in self.table_class.optional_columns().items()
        ]

    def _check_state(self) -> None:
        """Refuse what the address says of the page itself before a row is read."""
        offered = {"part": PARTS, "select": SELECTS}
        for key, values in offered.items():
            value = self.request.GET.get(key)
            if value is not None and value not in values:
                raise BadRequest(
                    f"“{value}” is not a {key} of this list.",
                    what_to_do=f"Offered: {', '.join(values)}.",
                )
        _ = self.order, self.size, self.columns
