"""What companies can be filtered by: their list, charts, files and saved views read the same keys."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from governance import words
from governance.filters.errors import long_enough
from governance.models import CompanyTarget, HubError, Readiness, Reason, Tier
from governance.models.hubs import GATES
from governance.queries import companies
from governance.queries.company_pages import CompanyPaginator, FilterParts
from governance.queries.standing import NONE
from outreach_admin.lists.fields import AnyOf, AnyText, Count, MomentFilter, Text
from outreach_admin.lists.filters import StrictFilterSet
from outreach_admin.lists.search import domain_in
from outreach_admin.lists.spans import ages
from outreach_admin.lists.tallies import Cube

YES_NO = (("true", "Yes"), ("false", "No"))
BOTTLENECKS = (
    *(
        (hub, name)
        for hub, name in zip(GATES.values(), ("Company Target", "DOL", "People"), strict=True)
    ),
    (NONE, "Nothing"),
)
BLOCKED = ages(
    "blocked",
    "Oldest blocker",
    after="blocker_after",
    before="blocker_before",
)


def or_none(choices: Iterable[tuple[str, str]], label: str) -> list[tuple[str, str]]:
    """Offer what a column may lack as a value of its own."""
    return [*choices, (NONE, label)]


class AnyOrNone(AnyOf):
    """Rows whose column is one of the given values; `none` stands for an empty one."""

    def filter(self, qs: QuerySet[Any], value: list[Any]) -> QuerySet[Any]:
        """Keep them; a column that holds the word itself counts as empty too, as its facet says."""
        if NONE not in value:
            return super().filter(qs, value)
        name = self.field_name
        empty = Q((f"{name}__isnull", True)) | Q((name, ""))
        return qs.filter(empty | Q((f"{name}__in", sorted(set(value)))))


class AnyTextOrNone(AnyOrNone, AnyText):
    """The same for texts that are not known beforehand."""


class YesNo(AnyOf):
    """Rows by a flag; both together are every row."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=YES_NO, **kwargs)

    def filter(self, qs: QuerySet[Any], value: list[Any]) -> QuerySet[Any]:
        """Read the words as flags."""
        return super().filter(qs, [text == "true" for text in value])


class CompanyFilter(StrictFilterSet):
    """What companies can be filtered by.

    `none` stands for an empty value. `company` is an outreach id or a domain in any of its forms, `q` searches
    names and domains. `blocker_before` excludes its moment, `blocker_after` includes it: when the oldest
    blocking error was filed.
    """

    tier = AnyOf(label="Tier", choices=Tier.choices)
    promotable = YesNo(label="Promotable")
    bottleneck = AnyOrNone(label="Bottleneck", choices=BOTTLENECKS)
    reason = AnyOrNone(label="Reason", choices=or_none(Reason.choices, "nothing lacks"))
    ct_status = AnyOrNone(
        label="Company target",
        choices=or_none(((value, value) for value in CompanyTarget.Status.values), "no record"),
    )
    ct_done = YesNo(label="Company target done")
    dol_done = YesNo(label="DOL done")
    people_done = YesNo(label="People done")
    blog_done = YesNo(label="Blog done")
    bit_done = YesNo(label="BIT done")
    ct_blocked = YesNo(label="Company target blocked")
    dol_blocked = YesNo(label="DOL blocked")
    people_blocked = YesNo(label="People blocked")
    state = AnyTextOrNone(label="State", field_name="address_state")
    tld = AnyTextOrNone(label="Top-level domain")
    errors_from = Count(field_name="open_errors", lookup_expr="gte", label="Open errors, at least")
    errors_to = Count(field_name="open_errors", lookup_expr="lte", label="Open errors, at most")
    blocker_after = MomentFilter(label="Oldest blocker after", method="not_blocked_before")
    blocker_before = MomentFilter(label="Oldest blocker before", method="blocked_before")
    company = Text(label="Company", method="named", help_text="Outreach id or domain.")
    q = Text(
        label="Text",
        method="with_text",
        validators=[long_enough],
        help_text="In name and domain; at least 3 characters.",
    )

    facets = (
        "tier",
        "promotable",
        "bottleneck",
        "reason",
        "ct_status",
        "ct_done",
        "dol_done",
        "people_done",
        "blog_done",
        "bit_done",
        "ct_blocked",
        "dol_blocked",
        "people_blocked",
        "state",
        "tld",
    )

    class Meta:
        model = Readiness
        fields: list[str] = []

    @property
    def is_counted(self) -> bool:
        """Whether the counters know everything that is asked for."""
        return all(key in self.facets for key, _ in self.pairs())

    @property
    def wanted(self) -> dict[str, set[str]]:
        """Collect the values asked for by facet."""
        found: dict[str, set[str]] = {}
        for key, value in self.pairs():
            if key in self.facets:
                found.setdefault(key, set()).add(value)
        return found

    def named(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep the company with this outreach id, or those with this domain."""
        try:
            return queryset.filter(pk=uuid.UUID(words.tidy(value)))
        except ValueError:
            return queryset.filter(domain=words.domain_or_same(value))

    def with_text(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep companies with this text in name or domain; an address stands for its domain."""
        return queryset.filter(pk__in=companies.holding(*_searched(value)))

    def filtered(self, known: Cube) -> FilterParts:
        """Take the filter apart for the paginator; `known` are the counters of all companies."""
        self.check()
        asked = {key for key, _ in self.pairs()}
        unknown = asked - set(self.facets)
        text = self.form.cleaned_data["q"]
        return FilterParts(
            self.qs,
            list(known.fitting(self.wanted)),
            known.total({}).count,
            whole=not self.wanted,
            counted=not unknown,
            texts=_searched(text) if unknown == {"q"} else (),
            few="company" in unknown or {"q"} < unknown,
        )

    def paginator(self, known: Cube, *, sort: str, size: int = 50) -> CompanyPaginator:
        """Give what walks the companies that fit: their pages, and one company's neighbours and place.

        `known` are the counters of all companies, as standing.keyed() reads them; `sort` is a field path with sign.
        """
        return CompanyPaginator(
            self.queryset,
            filtered=self.filtered(known),
            sort=sort,
            size=size,
        )

    def beside_facets(self) -> QuerySet[Any]:
        """Give the companies that fit all of it but the facets."""
        return self.without(*self.facets).qs

    def blocked_before(self, queryset: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        """Keep companies with a blocking error filed before that moment."""
        return queryset.filter(Exists(_blockers().filter(created_at__lt=value)))

    def not_blocked_before(self, queryset: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        """Keep companies that have blocking errors, none of them filed before that moment."""
        earlier = _blockers().filter(created_at__lt=value)
        return queryset.filter(Exists(_blockers()), ~Exists(earlier))


def _searched(text: str) -> tuple[str, str]:
    """Return what a name may hold, and what a domain may."""
    return text, words.domain_or_same(domain_in(text) or text)


def _blockers() -> QuerySet[HubError]:
    return HubError.objects.blocking().filter(outreach=OuterRef("pk"))
