"""What the queue can be filtered by; groups, plans, playbooks, exports and saved views read the same keys."""

import uuid
from collections.abc import Sequence
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.functional import cached_property, classproperty

from governance import words
from governance.models import (
    Category,
    Disposition,
    ErrorCount,
    ErrorPattern,
    ErrorTable,
    HubError,
    Severity,
    TtlTier,
)
from governance.models.errors import COUNTED
from governance.queries.companies import names
from governance.queries.errors.attempts import waits
from governance.queries.errors.causes import holding, of_group
from governance.queries.errors.pages import FEW, FilterParts
from outreach_admin.lists.fields import AnyNumber, AnyOf, AnyText, Count, MomentFilter, Text
from outreach_admin.lists.filters import StrictFilterSet
from outreach_admin.lists.spans import Span, Stretch, ages
from outreach_admin.lists.tallies import Cell

SHORTEST_SEARCH = 3
EITHER = [("", "Either"), ("true", "Yes"), ("false", "No")]
EXPIRES = Span(
    "expiry",
    "Expires",
    "expires_after",
    "expires_before",
    (
        Stretch("expired", before="now"),
        Stretch("within 48 h", after="now", before="in-48h"),
        Stretch("2 to 7 days", after="in-48h", before="in-7d"),
        Stretch("later", after="in-7d"),
    ),
)
CREATED = ages(
    "age",
    "Created",
    after="created_after",
    before="created_before",
)
SPANS = ("created_before", "created_after", "expires_before", "expires_after")
ESCALATION_LEVELS = [
    ("0", "0, system"),
    ("1", "1, hub team"),
    ("2", "2, hub lead"),
    ("3", "3, platform team"),
]
GROUP = RegexValidator(r"\A[0-9a-f]{32}\Z", "It is not the key of a group: 32 hexadecimal digits.")


def long_enough(text: str) -> None:
    """Refuse a search that the index of three letters cannot serve."""
    if len(text.strip()) < SHORTEST_SEARCH:
        raise ValidationError(f"Search for at least {SHORTEST_SEARCH} characters.")


class GovernedFilter(StrictFilterSet):
    """What live and archived errors can both be filtered by.

    `before` excludes its moment, `after` includes it. `company` is an outreach id, a company's own id or its
    domain in any of its forms; errors that belong to no outreach id are found by the company id or domain they carry themselves.
    `group` is the key of a message's cause, `q` searches the first 2,000 characters of the message, code and domain; an address
    stands for its domain.
    """

    error_table = AnyText(label="Table")
    hub = AnyText(label="Hub", method="in_hub")
    code = AnyText(label="Code")
    category = AnyOf(label="Category", choices=Category.choices)
    severity = AnyOf(label="Severity", choices=Severity.choices)
    stage = AnyText(label="Stage")
    company = Text(
        label="Company", method="of_company", help_text="Outreach id, company id or domain."
    )
    q = Text(
        label="Text",
        method="with_text",
        validators=[long_enough],
        help_text="In message, code and domain; at least 3 characters.",
    )
    created_after = MomentFilter("created_at", "gte", label="Created after")
    created_before = MomentFilter("created_at", "lt", label="Created before")
    resolved_after = MomentFilter("resolved_at", "gte", label="Resolved after")
    resolved_before = MomentFilter("resolved_at", "lt", label="Resolved before")
    held = django_filters.BooleanFilter(
        "held_at",
        "isnull",
        exclude=True,
        label="Under legal hold",
        widget=forms.Select(choices=EITHER),
    )
    group = Text(
        label="Cause",
        method="in_group",
        field_name="message_key",
        validators=[GROUP],
        help_text="Key of a group, as its link carries it.",
    )

    facets: tuple[str, ...]
    by_the_clock: tuple[str, ...] = ()

    def __init__(self, data: QueryDict | None = None, *given: Any, **named: Any) -> None:
        super().__init__(with_schemas(data), *given, **named)

    @classproperty
    def uncounted(cls) -> tuple[str, ...]:
        """Name the filters that the counters know nothing of."""
        known = {*cls.facets, *cls._meta.model.counted.columns} - {*cls.by_the_clock}
        return tuple(
            name
            for name, filter_ in cls.base_filters.items()
            if known.isdisjoint((name, filter_.field_name))
        )

    def in_hub(self, queryset: QuerySet[Any], name: str, value: list[str]) -> QuerySet[Any]:
        """Keep the errors of the hub's error tables."""
        if not value:
            return queryset
        return queryset.filter(
            error_table__in=[table for hub in value for table in self._tables.get(hub, [])]
        )

    def of_company(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        named = Q(company_unique_id=words.tidy(value)) | Q(domain=words.domain_or_same(value))
        loose = Q(outreach__isnull=True) & named
        return queryset.filter(Q(outreach__in=self._company) | loose)

    def in_group(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep the errors with one normalised message."""
        return queryset.filter(message_key=bytes.fromhex(value))

    def with_text(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep the errors whose searched text holds `value`, in any case."""
        return queryset.filter(pk__in=holding(value).values("error_id"))

    def label_of(self, name: str, value: str) -> str:
        """Write tables without their schema, a group as its message, a company by its name."""
        if name == "error_table":
            return value.rpartition(".")[2]
        if name == "group":
            return self._pattern
        if name == "company":
            return self._company_name or value
        return super().label_of(name, value)

    @property
    def is_counted(self) -> bool:
        """Whether the counters know every filter that is active."""
        return not any(key in self.uncounted for key, _ in self.pairs())

    @property
    def wanted(self) -> dict[str, set[str]]:
        """Return the values chosen in each facet that has a choice."""
        self.check()
        return {
            name: set(map(str, values)) for name in self.facets if (values := self.values[name])
        }

    def counters(self) -> QuerySet[ErrorCount]:
        """Narrow the counters by every filter they know that is no facet."""
        self.check()
        queryset: QuerySet[ErrorCount] = ErrorCount.objects.all()
        for name, filter_ in self.filters.items():
            if name not in self.facets and name not in self.uncounted:
                queryset = filter_.filter(queryset, self.values[name])
        return queryset

    def filtered(self, cells: Sequence[Cell]) -> FilterParts:
        """Take the filter apart for the paginator; `cells` are the combinations of facet values that fit what the counters know of it."""
        asked = self.values
        texts = words.searched(asked["q"])
        is_small = asked["group"] and sum(cell.rows for cell in cells) <= FEW
        few = bool(asked["company"] or is_small or len(texts) > 1)
        spans = {name: asked[name] for name in SPANS if asked[name]}
        beside = self.without("q") if asked["q"] else self
        whole = not any(key not in self.uncounted for key, _ in self.pairs())
        return FilterParts(
            self.qs,
            beside.beside_facets(self.queryset, for_cells=not few),
            cells,
            whole=whole,
            exact=self.is_counted,
            text=texts[0],
            unsearched=beside.qs,
            counters=self._faceted(self.counters()) if texts[0] else ErrorCount.objects.none(),
            spans=spans,
            few=few,
        )

    def _faceted(self, counters: QuerySet[ErrorCount]) -> QuerySet[ErrorCount]:
        for name in self.facets:
            counters = self.filters[name].filter(counters, self.values[name])
        return counters

    def beside_facets(self, queryset: QuerySet[Any], *, for_cells: bool = False) -> QuerySet[Any]:
        """Narrow errors by every filter that is no facet; `for_cells` where they are looked up by combinations."""
        self.check()
        group = self.values["group"] if for_cells else ""
        for name, filter_ in self.filters.items():
            if name not in self.facets and not (group and name == "group"):
                queryset = filter_.filter(queryset, self.values[name])
        return of_group(queryset, bytes.fromhex(group)) if group else queryset

    @cached_property
    def _tables(self) -> dict[str, list[str]]:
        tables: dict[str, list[str]] = {}
        for name, hub in ErrorTable.objects.order_by("name").values_list("name", "hub_id"):
            tables.setdefault(hub or "", []).append(name)
        return tables

    @cached_property
    def _company(self) -> list[uuid.UUID]:
        return names.outreach_ids(self.values["company"])

    @cached_property
    def _company_name(self) -> str:
        self.check()
        return names.name_of(self._company[0]) if len(self._company) == 1 else ""

    @cached_property
    def _pattern(self) -> str:
        return pattern_of(self.data.get("group", ""))


class ErrorFilter(GovernedFilter):
    """What the queue can be filtered by."""

    disposition = AnyOf(label="Disposition", choices=Disposition.choices)
    owner = AnyText(label="Owner")
    park_reason = AnyText(label="Park reason")
    ttl_tier = AnyOf(label="TTL", choices=TtlTier.choices)
    retry_exhausted = django_filters.BooleanFilter(
        label="Tries used up",
        method="used_up",
        help_text="The last attempt has had its time, too.",
        widget=forms.Select(choices=EITHER),
    )
    blocks = django_filters.BooleanFilter(
        label="Blocks a company",
        method="blocking_somebody",
        widget=forms.Select(choices=EITHER),
    )
    expires_after = MomentFilter("expires_at", "gte", label="Expires after")
    expires_before = MomentFilter("expires_at", "lt", label="Expires before")
    parked_after = MomentFilter("parked_at", "gte", label="Parked after")
    parked_before = MomentFilter("parked_at", "lt", label="Parked before")
    escalation_level = AnyOf(label="Escalation", choices=ESCALATION_LEVELS)
    retry_count = AnyNumber(label="Tries used")
    retry_count_min = Count("retry_count", "gte", label="Tries used, at least")
    retry_count_max = Count("retry_count", "lte", label="Tries used, at most")

    facets = (*COUNTED, "hub")
    # counters know how many tries are used, not whether the last one has had its time
    by_the_clock = ("retry_exhausted",)
    spans = (EXPIRES, CREATED)
    # an address without any filter shows the team's default view, this one everything
    empty_query = "view=all"

    def used_up(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        """Keep errors without a try left, or the others: an attempt that is queued is one until it has had its time."""
        is_queued = Q(disposition=Disposition.RETRY) & waits(self.as_of)
        spent = Q(retry_exhausted=True) & ~is_queued
        return queryset.filter(spent if value else ~spent)

    def blocking_somebody(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        """Keep errors that would hold their company back while they are open, or the others; counters know which."""
        held = Q(blocks=True)
        if queryset.model is HubError:
            held &= Q(outreach__isnull=False)
        return queryset.filter(held if value else ~held)

    class Meta:
        model = HubError
        fields: list[str] = []


def with_schemas(data: QueryDict | None) -> QueryDict | None:
    """Write tables that are given as pages show them by their whole names. No query where they have them."""
    given = data.getlist("error_table") if data else []
    if data is None or all("." in name for name in given):
        return data
    known = list(ErrorTable.objects.values_list("name", flat=True))
    whole = data.copy()
    whole.setlist("error_table", [words.table_of(name, known) for name in given])
    return whole


def pattern_of(key: str) -> str:
    """Return a group's normalised message, or the first digits of its key where no error ever had it."""
    if not GROUP.regex.match(key):
        return key
    return (
        ErrorPattern.objects.filter(pk=bytes.fromhex(key)).values_list("body", flat=True).first()
        or key[:8]
    )
