"""The page of one record that knows the list it was opened from: its place there, and the ones beside it."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.functional import cached_property

from outreach_admin.exceptions import BadRequest
from outreach_admin.lists import tallies
from outreach_admin.lists.filters import StrictFilterSet
from outreach_admin.lists.listings import Listing
from outreach_admin.lists.paging import KeysetPaginator
from outreach_admin.lists.tallies import Tally
from outreach_admin.ui.pages.base import Page
from outreach_admin.ui.pages.stale import parted
from outreach_admin.ui.tables import Table

RANK_SECONDS = 0.5


@dataclass(frozen=True)
class Place:
    """Where in its list a record stands; without a rank it is in the list no more."""

    rank: Tally | None = None
    total: Tally | None = None


class ListedRecord(Page):
    """A record whose address carries the list it was opened from.

    Subclasses give `record`, `rows` (those of the list, unfiltered), `filterset_class` and
    `table_class`; `noun` is what one of them is called.
    """

    filterset_class: ClassVar[type[StrictFilterSet]]
    table_class: ClassVar[type[Table]]
    listing_class: ClassVar[type[Listing]] = Listing
    list_name = ""
    record_name = ""
    noun = "record"
    record: Any
    rows: Any

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the record, without what its list no longer has: of a record nothing can be widened."""
        _ = self.record
        try:
            self.filterset.check()
            _ = self.sort
        except BadRequest:
            return self.without_what_is_gone()
        return super().get(request, *args, **kwargs)

    def without_what_is_gone(self) -> HttpResponseRedirect:
        """Lead to the record with what is left of its list, and say what is not."""
        found = parted(self.list_query, self.filterset_class, self.table_class)
        messages.warning(
            self.request,
            f"The list of this {self.noun} no longer has {found.words}: it is left out.",
        )
        return HttpResponseRedirect(f"{self.request.path}?{found.kept.urlencode()}")

    @property
    def list_query(self) -> QueryDict:
        """Give what the address says of the list."""
        return self.request.GET

    @cached_property
    def filterset(self) -> Any:
        return self.filterset_class(self.list_query, self.rows)

    @cached_property
    def sort(self) -> str:
        """Read the list's order from the address."""
        return self.table_class.order_of(self.list_query.get("sort"))[1]

    @cached_property
    def neighbours(self) -> tuple[str, str]:
        """Give the addresses of the records before and after this one in the list; empty where there is no list or no record."""
        if not self.list_query:
            return "", ""
        before, after = self.paginator.neighbours(self.record)
        return self.address_of(before), self.address_of(after)

    def place(self) -> Place | None:
        """Tell where in the list it stands; None where there is no list, or counting takes too long."""
        if not self.list_query:
            return None
        if not self.filterset.qs.filter(pk=self.record.pk).exists():
            return Place()
        rank = self.rank()
        total = self.listing.total() if self.listing.is_counted else None
        return Place(rank, total) if rank else None

    def rank(self) -> Tally | None:
        """Count the rows of the list up to this one; None where that takes too long."""
        return tallies.within(RANK_SECONDS, lambda: self.paginator.rank(self.record))

    @cached_property
    def listing(self) -> Listing:
        return self.listing_class(self.filterset)

    @cached_property
    def paginator(self) -> KeysetPaginator:
        return self.listing.paginator(sort=self.sort, size=1)

    def address_of(self, key: object | None) -> str:
        """Give the address of a record in this list; empty for none."""
        return self.address(reverse(self.record_name, args=[key])) if key else ""

    def address(self, path: str) -> str:
        query = self.filterset.query().urlencode()
        return f"{path}?{query}" if query else path
