"""Addresses of the error list: a seeded draw over every filter, every order and every depth."""

import random
from collections.abc import Sequence
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from governance.filters.errors import ErrorFilter
from governance.models import ErrorCount, HubError
from governance.tables.errors import ErrorTable
from outreach_admin.lists.paging import KeysetPaginator

LIST = reverse("governance:error-list")
SORTS = [f"{sign}{name}" for name in ErrorTable.sorts() for sign in ("", "-")]
COMMON, RARE = ("mail", "filing", "record", "example"), ("zzyzx", "outside-3-1.", "not-in-any-text")
MOMENTS = (
    "2025-12-25T00:00Z",
    "2026-01-03T12:00Z",
    "2026-01-07T18:00Z",
    "2026-02-03T00:00Z",
    "2027-01-01T00:00Z",
    "2020-01-01T00:00Z",
)
Pairs = list[tuple[str, str]]


class Draw:
    """Filters drawn from what is in the database; the same seed gives the same filters."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.values = {name: _values(name) for name in ErrorFilter.facets if name != "hub"}
        self.values["hub"] = ["HUB-DOL", "HUB-COMPANY-TARGET", "HUB-PEOPLE", "HUB-BLOG-001"]
        self.groups = [
            bytes(key).hex()
            for key in ErrorCount.objects.order_by("message_key")
            .values_list("message_key", flat=True)
            .distinct()
        ]

    def addresses(self) -> list[str]:
        """Give what people ask for: every facet value in some order, combinations, rare ones, none, text, groups, companies, spans of time, deep pages."""
        drawn = [[(name, value)] for name, values in self.values.items() for value in values]
        drawn += [self.combination(size) for size in (2, 2, 3, 4) for _ in range(12)]
        drawn += [self.impossible() for _ in range(5)] + [[("group", key)] for key in self.groups]
        drawn += [[("q", word)] for word in (*COMMON, *RARE)] + [
            [("q", word), *self.combination(1)] for word in (*COMMON, *RARE)
        ]
        drawn += [[("company", value)] for value in self.companies()] + [
            self.span() for _ in range(12)
        ]
        drawn += [
            [("retry_exhausted", "true")],
            [("retry_count_min", "2")],
            [("retry_count_min", "1"), ("retry_count_max", "1")],
        ]
        shallow = [self.address(pairs) for pairs in drawn]
        return list(
            dict.fromkeys(
                shallow
                + [self.deep([]) for _ in range(8)]
                + [self.deep(pairs) for pairs in self.random.sample(drawn, 20)]
            )
        )

    def combination(self, size: int) -> Pairs:
        """Combine values of that many facets."""
        names = self.random.sample(sorted(self.values), size)
        return [
            (name, self.random.choice(self.values[name])) for name in names if self.values[name]
        ]

    def impossible(self) -> Pairs:
        """Combine what no error is."""
        return [
            ("code", "CT-M-NO-MX"),
            ("error_table", "outreach.dol_errors"),
            *self.combination(1),
        ]

    def companies(self) -> list[str]:
        """Name companies by id, by domain, and one that is not there."""
        rows = HubError.objects.filter(outreach__isnull=False, pk__gte=self.key())[:3]
        return [
            *(str(row.outreach_id) for row in rows),
            *(str(row.domain) for row in rows),
            "nobody.invalid",
        ]

    def span(self) -> Pairs:
        """Give a span of creation or expiry, some beside a facet."""
        name, (first, last) = (
            self.random.choice(["created", "expires"]),
            sorted(self.random.sample(MOMENTS, 2)),
        )
        return [
            (f"{name}_after", first),
            (f"{name}_before", last),
            *self.combination(self.random.randint(0, 1)),
        ]

    def key(self) -> UUID:
        """Draw a place among the ids."""
        return UUID(int=self.random.getrandbits(128))

    def address(self, pairs: Pairs, **state: str) -> str:
        """Write a filter as an address, in a drawn order where none is given."""
        return f"{LIST}?{urlencode([*pairs, *({'view': 'all', 'sort': self.random.choice(SORTS)} | state).items()])}"

    def deep(self, pairs: Pairs) -> str:
        """Open a page somewhere in the middle of the whole list."""
        sort = self.random.choice(SORTS)
        row = HubError.objects.filter(pk__gte=self.key()).order_by("pk")[0]
        cursor = KeysetPaginator(HubError.objects.all(), sort=ErrorTable.order_of(sort)[1]).cursor(
            row
        )
        return self.address(pairs, sort=sort, **{self.random.choice(["after", "before"]): cursor})


def _values(name: str) -> Sequence[str]:
    found = ErrorCount.objects.order_by(name).values_list(name, flat=True).distinct()
    return [str(value) for value in found if value is not None]
