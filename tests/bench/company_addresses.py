"""Addresses of the list of companies: a seeded draw over every facet, every order and every depth."""

import random
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from governance.models import Readiness
from governance.queries.companies import standing
from governance.tables.companies import CompanyTable
from outreach_admin.lists.paging import KeysetPaginator

LIST = reverse("governance:company-list")
SORTS = [f"{sign}{name}" for name in CompanyTable.sorts() for sign in ("", "-")]
COMMON, RARE = ("dental", "north", "example"), ("zzyzx", "not-in-any-name")
OTHERS = (
    [("errors_from", "2")],
    [("errors_to", "0")],
    [("errors_from", "1"), ("state", "OH")],
    [("company", "nobody.invalid")],
    [("blocker_before", "7d-ago")],
    [("blocker_before", "90d-ago")],
    [("blocker_after", "7d-ago")],
)
Pairs = list[tuple[str, str]]


class Draw:
    """Filters drawn from what is in the database; the same seed gives the same filters."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        counted = standing.kept().by_facet({})
        self.values = {name: sorted(values) for name, values in counted.items()}

    def addresses(self) -> list[str]:
        """Give what people ask for: every facet value in some order, combinations, texts, companies, errors, deep pages."""
        drawn = [[(name, value)] for name, values in self.values.items() for value in values]
        drawn += [self.combination(size) for size in (2, 2, 3, 4) for _ in range(10)]
        drawn += [[("q", word)] for word in (*COMMON, *RARE)]
        drawn += [[("q", word), *self.combination(1)] for word in (*COMMON, *RARE)]
        drawn += [[("company", str(self.company().pk))], *OTHERS]
        shallow = [self.address(pairs) for pairs in drawn]
        deep = [self.deep([]) for _ in range(8)]
        deep += [self.deep(pairs) for pairs in self.random.sample(drawn, 20)]
        return list(dict.fromkeys([*shallow, *deep]))

    def combination(self, size: int) -> Pairs:
        """Combine values of that many facets."""
        names = self.random.sample(sorted(self.values), size)
        return [(name, self.random.choice(self.values[name])) for name in names]

    def company(self) -> Readiness:
        """Draw a company."""
        key = UUID(int=self.random.getrandbits(128))
        return Readiness.objects.filter(pk__gte=key).order_by("pk")[0]

    def address(self, pairs: Pairs, **state: str) -> str:
        """Write a filter as an address, in a drawn order where none is given."""
        asked = {"view": "all", "sort": self.random.choice(SORTS)} | state
        return f"{LIST}?{urlencode([*pairs, *asked.items()])}"

    def deep(self, pairs: Pairs) -> str:
        """Open a page somewhere in the middle of the whole list."""
        sort = self.random.choice(SORTS)
        path = CompanyTable.order_of(sort)[1]
        cursor = KeysetPaginator(Readiness.objects.all(), sort=path).cursor(self.company())
        way = self.random.choice(["after", "before"])
        return self.address(pairs, sort=sort, **{way: cursor})
