"""Open errors in groups, each with the way to act on it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property

from governance.filters.errors import ErrorFilter
from governance.listings.groups import GroupListing
from governance.models import ErrorCount, HubError
from governance.queries.errors import group_effects, groups
from governance.queries.errors.effects import Effect
from governance.tables.groups import Reference, Row, closed_rows, reference_of, row_of
from governance.verbs import registry
from outreach_admin import menu
from outreach_admin.exceptions import BadRequest
from outreach_admin.lists import kept
from outreach_admin.ui import navigation
from outreach_admin.ui.pages.base import Link, Page
from outreach_admin.ui.pages.lists import Tab

SIZE = 50
FURTHEST = 100_000
MOST_CLOSED = 50
GROUPINGS = {
    "cause": "Table, code, message",
    "tries": "Code and tries used",
    "owner": "Owner",
    "expiry": "Expiry day",
}
TITLES = {
    "cause": "Errors by cause",
    "tries": "Errors by code and tries used",
    "owner": "Errors by owner",
    "expiry": "Errors by day of expiry",
}
HEADS = {"cause": "Cause", "tries": "Code and tries", "owner": "Owner", "expiry": "Expires on"}
OFFERED = {"view": tuple(GROUPINGS), "part": ("effect",)}
REFUSED_STATE = ("sort", "size", "before", "columns", "select", "except")
EXPORT = menu.Entry(
    "Export", url_name="governance:error-export", permission="governance.export_huberror"
)
PLAYBOOKS = menu.Entry(
    "Clean-up playbooks", url_name="governance:playbook-list", permission="governance.view_playbook"
)


class GroupList(Page):
    """Open errors by cause, tries, owner or expiry. A group is a filter; acting on it acts on all that match."""

    permission_required = "governance.view_huberror"
    template_name = "governance/errors/groups/list.html"
    part_template = "governance/errors/groups/_open.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the groups; refuse what the queue's filter or this page does not know."""
        self.filterset.check()
        for key in REFUSED_STATE:
            if key in request.GET:
                raise BadRequest(f"Groups take no “{key}”.", what_to_do="Open the queue for that.")
        for key, offered in OFFERED.items():
            if request.GET.get(key, offered[0]) not in offered:
                raise BadRequest(
                    f"“{request.GET[key]}” is not a {key} of the groups.",
                    what_to_do=f"Offered: {', '.join(offered)}.",
                )
        _ = self.offset
        return super().get(request, *args, **kwargs)

    @property
    def title(self) -> str:  # type: ignore[override]
        return TITLES[self.grouping]

    @cached_property
    def filterset(self) -> ErrorFilter:
        return ErrorFilter(self.request.GET, HubError.objects.all(), as_of=self.as_of)

    @property
    def grouping(self) -> str:
        return self.request.GET.get("view", "cause")

    @cached_property
    def offset(self) -> int:
        """Read how many groups lie before this page."""
        text = self.request.GET.get("after", "0")
        if not (text.isascii() and text.isdigit() and len(text) <= 6 and int(text) <= FURTHEST):
            raise BadRequest(
                "This page address does not fit the groups.",
                what_to_do="Go back to the first page.",
            )
        return int(text)

    @cached_property
    def listing(self) -> GroupListing:
        """Give what reads groups under this filter."""
        return GroupListing(
            self.filterset,
            self.grouping,
            after=self.offset,
            size=SIZE,
        )

    @property
    def found(self) -> groups.GroupPage:
        return self.listing.found

    @cached_property
    def reference(self) -> Reference:
        """Read the reference data that words need."""
        return reference_of(self.found.groups, self.grouping)

    @cached_property
    def is_counted(self) -> bool:
        """Say whether the page tells what clearing would do: when asked for, or where it takes no time."""
        return self.request.GET.get("part") == "effect" or (
            self.filterset.is_counted and group_effects.is_read_at_once(self.found.groups)
        )

    @cached_property
    def effects(self) -> dict[groups.Key, Effect]:
        """Say what clearing each group would do."""
        return self.listing.effects if self.is_counted else {}

    @property
    def counted_at(self) -> datetime | None:
        """Say since when effects are known that were counted ahead; None where all are of this moment."""
        moments = [effect.counted_at for effect in self.effects.values() if effect.counted_at]
        return min(moments, default=None)

    def rows(self) -> list[Row]:
        """Write the groups, with what clearing them would do where that is counted."""
        usable = {
            verb.name
            for verb in registry.offered_for("error")
            if self.request.user.has_perm(verb.permission)
        }
        beside = self.filterset.pairs()
        return [
            row_of(
                group,
                self.grouping,
                self.reference,
                beside=beside,
                effect=self.effects.get(group.key),
                usable=usable,
                at=self.as_of,
            )
            for group in self.found.groups
        ]

    def closed(self) -> list[dict[str, Any]]:
        """Write what is archived in place, ignored or resolved; nothing when the groups are narrowed."""
        if self.filterset.pairs() or self.grouping != "cause":
            return []
        return closed_rows(groups.closed(ErrorCount.objects.all())[:MOST_CLOSED], self.reference)

    def tabs(self) -> list[Tab]:
        """List the ways of grouping, counted where the counters know."""
        query = self.filterset.query(without=("view",)).urlencode()
        counters = (
            self.filterset.filter_queryset(ErrorCount.objects.all())
            if self.filterset.is_counted
            else None
        )
        return [
            Tab(
                label,
                "?" + "&".join(filter(None, [f"view={grouping}", query])),
                self.count_of(grouping, counters),
                grouping == self.grouping,
            )
            for grouping, label in GROUPINGS.items()
        ]

    def count_of(self, grouping: str, counters: QuerySet[ErrorCount] | None) -> int | None:
        """Count the groups of a way; None where that would mean reading every row."""
        if grouping == self.grouping:
            return self.found.number
        return (
            groups.number_of(counters, grouping)
            if counters is not None and grouping != "expiry"
            else None
        )

    def toolbar(self) -> Iterable[Link]:
        """Lead to files and to the playbooks."""
        for entry, icon in ((EXPORT, "download"), (PLAYBOOKS, "playbook")):
            if url := navigation.allowed(self.request, entry):
                text = kept.shortened(self.filterset.canonical(), self.request.GET)
                yield Link(
                    entry.label,
                    f"{url}?{text}" if entry is EXPORT else url,
                    icon,
                )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the groups, the tabs and what is not open."""
        groups, rows = self.found, self.rows()
        context = {
            "head": HEADS[self.grouping],
            "order": "soonest first" if self.grouping == "expiry" else "most errors first",
            "aria_sort": "none" if self.grouping == "expiry" else "descending",
            "groups": groups,
            "rows": rows,
            "tabs": self.tabs(),
            "toolbar": list(self.toolbar()),
            "chips": self.filterset.chips(),
            "closed": self.closed(),
            "counted": self.is_counted,
            "counted_at": self.counted_at,
            "is_to_count": bool(rows) and not self.is_counted,
            "first": self.offset + 1,
            "last": self.offset + len(groups.groups),
            "later": self.listing.later,
            "earlier": self.listing.earlier,
        }
        return super().get_context_data(**context | kwargs)
