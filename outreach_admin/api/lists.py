"""Lists as endpoints: filter, order and pages of a screen's list, by GET or by a body."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import cached_property
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from outreach_admin.api import cursors
from outreach_admin.api.endpoints import Endpoint
from outreach_admin.exceptions import BadRequest
from outreach_admin.lists.filters import STATE_KEYS, StrictFilterSet
from outreach_admin.lists.listings import Listing
from outreach_admin.lists.paging import DEFAULT_SIZE, Page

OWN_KEYS = ("sort", "size", "cursor")
MOST = 1_000


class ListEndpoint(Endpoint):
    """Rows of a list, a page at a time.

    Subclasses set `queryset`, `filterset_class`, `serializer_class` and `sorts`: a mapping of offered orders to field
    paths, as a table has it, with `default_sort`. Refuses (400) unknown keys, invalid values and cursors of
    another filter before a row is read.
    """

    queryset: QuerySet[Any]
    filterset_class: type[StrictFilterSet]
    listing_class: type[Listing] = Listing
    serializer_class: type[BaseSerializer[Any]]
    sorts: Mapping[str, str] = {}
    default_sort = ""
    own_keys: ClassVar[tuple[str, ...]] = OWN_KEYS

    def check_keys(self, request: Request) -> None:
        """Leave it to the filter, which knows its own keys."""

    @cached_property
    def asked(self) -> QueryDict:
        """Read what is asked for, filter and own keys."""
        return self.request.query_params

    @cached_property
    def filterset(self) -> StrictFilterSet:
        """Read the filter; keys that only screens have are unknown here."""
        data = self.asked.copy()
        for key in self.own_keys:
            data.pop(key, None)
        return self.filterset_class.from_text(
            data.urlencode(),
            self.get_queryset(),
            request=self.request,
            as_of=timezone.now(),
        )

    def get_queryset(self) -> QuerySet[Any]:
        """Give every row that may be seen, unfiltered."""
        return self.queryset.all()

    @cached_property
    def listing(self) -> Listing:
        """Give what reads rows and figures under this filter."""
        return self.listing_class(self.filterset)

    @cached_property
    def order(self) -> str:
        """Read the order as a field path with sign. Raises BadRequest for one that is not offered."""
        given = self.own("sort")
        chosen = self.default_sort if given is None else given
        sign = "-" if chosen.startswith("-") else ""
        path = self.sorts.get(chosen.removeprefix("-"))
        if path is None:
            raise BadRequest(
                f"“{chosen[:60]}” is not an offered order. Nothing is selected.",
                what_to_do="A leading minus turns an order round.",
                key="sort",
                offered=self.sorts,
            )
        return f"{sign}{path}"

    @cached_property
    def size(self) -> int:
        """Read how many rows a page has."""
        return size_of(self.own("size"))

    def own(self, key: str) -> str | None:
        """Read one of the list's own keys. Raises BadRequest where it is given twice."""
        return only(self.asked, key)

    @property
    def identity(self) -> str:
        """Name list, filter and order: what a cursor belongs to."""
        return f"{self.request.path.rstrip('/')}|{self.filterset.canonical()}|{self.order}"

    def page(self) -> Page:
        """Read the rows of the page that is asked for."""
        _ = self.filterset, self.order, self.size
        place = cursors.read(self.own("cursor"), of=self.identity)
        paginator = self.listing.paginator(sort=self.order, size=self.size)
        return paginator.page(after=place.after, before=place.before)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the rows that fit, with the addresses of the pages beside this one."""
        page = self.page()
        following = self.address_of(page.after, "after")
        previous = self.address_of(page.before, "before")
        links = {"next": following, "prev": previous}
        return Response(
            {
                "results": self.shown(page.rows),
                "next": following,
                "previous": previous,
            },
            headers=link_header(links),
        )

    def shown(self, rows: list[Any]) -> Any:
        """Write rows as they are answered."""
        return self.serializer_class(rows, many=True, context={"request": self.request}).data

    def address_of(self, place: str | None, direction: str) -> str | None:
        """Give the address of a neighbouring page; None where there is none."""
        cursor = cursors.written(place, direction=direction, of=self.identity)
        return beside(self.request, cursor)


class SearchEndpoint(ListEndpoint):
    """The same list asked for by a body: `{"filter": {key: value or [values]}, "sort", "size", "cursor"}`."""

    creates = False
    # it has a `get` from the list, and takes none
    http_method_names: ClassVar[list[str]] = ["post", "options"]

    def check_keys(self, request: Request) -> None:
        """Refuse keys in the address: filter and order stand in the body."""
        Endpoint.check_keys(self, request)

    @cached_property
    def asked(self) -> QueryDict:  # type: ignore[override]
        """Read the body as the same keys that an address would have."""
        body = self.request.data
        if not isinstance(body, dict):
            raise BadRequest("The body is not an object.")
        known = ("filter", *self.own_keys)
        for key in body:
            if key not in known:
                raise BadRequest(
                    f"Unknown key “{key[:60]}”. Nothing is selected.",
                    key=key,
                    offered=known,
                )
        own = {key: [body[key]] for key in self.own_keys if body.get(key) is not None}
        return query_of(own | query_pairs(body.get("filter")))

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the rows that fit, with cursors to the pages beside this one."""
        page = self.page()
        return Response(
            {
                "results": self.shown(page.rows),
                "next": cursors.written(page.after, direction="after", of=self.identity),
                "previous": cursors.written(page.before, direction="before", of=self.identity),
            }
        )


def only(asked: QueryDict, key: str) -> str | None:
    """Read a key that may stand once. Raises BadRequest where it is given twice."""
    values = asked.getlist(key)
    if len(values) > 1:
        raise BadRequest(f"“{key}” is given {len(values)} times.", key=key)
    return values[0] if values else None


def size_of(given: str | None) -> int:
    """Read how many rows a page has."""
    text = str(DEFAULT_SIZE) if given is None else given
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(MOST))
    if not (is_number and 1 <= int(text) <= MOST):
        raise BadRequest(
            f"“{text[:20]}” is not a page size between 1 and {MOST:,}. Nothing is selected.",
            key="size",
        )
    return int(text)


def beside(request: Request, cursor: str | None) -> str | None:
    """Give the address of a neighbouring page of the same list; None without a cursor."""
    if cursor is None:
        return None
    query = request.query_params.copy()
    query["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


def query_pairs(filter: Any) -> dict[str, list[Any]]:
    """Read a filter of a body: an object of values and lists of values. Raises BadRequest for anything else."""
    if filter is None:
        return {}
    if not isinstance(filter, dict):
        raise BadRequest(
            "“filter” is not an object of keys and values. Nothing is selected.", key="filter"
        )
    wrong = [key for key in filter if key in STATE_KEYS]
    if wrong:
        raise BadRequest(f"“{wrong[0]}” is no filter. Nothing is selected.", key=wrong[0])
    return {key: value if isinstance(value, list) else [value] for key, value in filter.items()}


def query_of(pairs: Mapping[str, list[Any]]) -> QueryDict:
    """Write keys and values of a body as an address would have them; texts, whole numbers and truth values alone."""
    query = QueryDict(mutable=True)
    for key, values in pairs.items():
        query.setlist(key, [_text(key, value) for value in values])
    return query


def text_of(filter: Any) -> str:
    """Write the filter of a body as the text of an address."""
    return query_of(query_pairs(filter)).urlencode()


def _text(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | str):
        return str(value)
    raise BadRequest(
        f"The value of “{key[:60]}” is neither a text nor a whole number. Nothing is selected.",
        key=key,
    )


def link_header(links: Mapping[str, str | None]) -> dict[str, str]:
    """Write the Link header. Source: RFC 8288."""
    shown = [f'<{address}>; rel="{name}"' for name, address in links.items() if address]
    return {"Link": ", ".join(shown)} if shown else {}
