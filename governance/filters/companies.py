"""What companies can be filtered by: their list, charts, files and saved views read the same keys."""

import uuid
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import cached_property

from governance import words
from governance.filters.errors import ErrorFilter, long_enough
from governance.models import CompanyTarget, HubError, Operation, Readiness, Reason, Tier
from governance.models.hubs import EXECUTION, GATES
from governance.models.readiness import OTHER_STATE, STATES
from governance.queries.companies import blocked, names, standing
from governance.queries.companies.pages import CompanyPaginator, FilterParts
from governance.queries.companies.standing import NONE
from governance.queries.errors import clearing
from governance.queries.operations import effects
from outreach_admin.exceptions import BadRequest
from outreach_admin.lists import kept
from outreach_admin.lists.fields import AnyOf, AnyText, Count, MomentFilter, Text
from outreach_admin.lists.filters import Chip, StrictFilterSet
from outreach_admin.lists.search import domain_in
from outreach_admin.lists.spans import ages
from outreach_admin.lists.tallies import Cube

# characters of a filter of errors; one too long for an address is kept under a key
Rows = QuerySet[Any]
LONGEST_FILTER = kept.LONGEST
YES_NO = (("true", "Yes"), ("false", "No"))
HELD_AT = ("Company Target", "DOL", "People", "Outreach", "Nothing")
BOTTLENECKS = tuple(zip((*GATES.values(), EXECUTION, NONE), HELD_AT, strict=True))
BLOCKED = ages("blocked", "Oldest blocker", after="blocker_after", before="blocker_before")
PLANS = RegexValidator(
    r"\A[1-9]\d{0,17}(,[1-9]\d{0,17}){0,49}\Z",
    "It is not a list of at most 50 numbers.",
)


def or_none(choices: Iterable[tuple[str, str]], label: str) -> list[tuple[str, str]]:
    """Offer what a column may lack as a value of its own."""
    return [*choices, (NONE, label)]


class AnyOrNone(AnyOf):
    """Rows whose column is one of the given values; `none` stands for an empty one."""

    def filter(self, qs: Rows, value: list[Any]) -> Rows:
        """Keep them; a column that holds the word itself counts as empty too, as its facet says."""
        if NONE not in value:
            return super().filter(qs, value)
        name = self.field_name
        empty = Q((f"{name}__isnull", True)) | Q((name, ""))
        return qs.filter(empty | Q((f"{name}__in", sorted(set(value)))))


class AnyTextOrNone(AnyOrNone, AnyText):
    """The same for texts that are not known beforehand."""


class AnyState(AnyTextOrNone):
    """Companies by state: `other` stands for every text that is none, and each such text for itself."""

    def filter(self, qs: Rows, value: list[Any]) -> Rows:
        """Keep them by what they are counted as, and by the texts that are counted together."""
        texts = uncounted_states(value)
        if not texts:
            return super().filter(qs, value)
        counted = super().filter(qs, sorted(set(value) - texts))
        written = Q(state=OTHER_STATE, address_state__in=sorted(texts))
        return qs.filter(written) if texts == set(value) else counted | qs.filter(written)


def uncounted_states(values: Iterable[str]) -> set[str]:
    """Return the texts that the counters do not tell apart."""
    return set(values) - {NONE, OTHER_STATE, *STATES}


class YesNo(AnyOf):
    """Rows by a flag; both together are every row."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=YES_NO, **kwargs)

    def filter(self, qs: Rows, value: list[Any]) -> Rows:
        """Read the words as flags."""
        return super().filter(qs, [text == "true" for text in value])


class ErrorsField(forms.CharField):
    """The text of a filter of the queue, as its addresses carry it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs | {"strip": False, "max_length": LONGEST_FILTER})

    def clean(self, value: Any) -> str:
        """Write it in its one form; refuse what the queue would refuse, with its sentence."""
        text = super().clean(value)
        if not text:
            return ""
        try:
            return ErrorFilter.from_text(text).canonical()
        except BadRequest as refusal:
            said = refusal.sentence.removesuffix(" Nothing is selected.")
            raise ValidationError(said) from refusal


class ErrorsFilter(django_filters.Filter):
    """Rows by a filter of errors."""

    field_class = ErrorsField


class CompanyFilter(StrictFilterSet):
    """What companies can be filtered by.

    `none` stands for an empty value. `company` is an outreach id or a domain in any of its forms, `q` searches
    names and domains. `blocker_before` excludes its moment, `blocker_after` includes it: when the oldest
    blocking error was filed. `errors` is a filter of the queue: companies that have such errors; with `freed_for`,
    those that could be promoted to that target if all such errors were cleared, and cannot now. `plan` names
    operations that wait: companies that they are about, with `freed_for` those that each would free.
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
    state = AnyState(label="State")
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
    errors = ErrorsFilter(
        label="With errors",
        method="with_errors",
        help_text="A filter of the queue, as its address carries it.",
    )
    plan = Text(
        label="With rows of plan",
        method="with_rows_of",
        validators=[PLANS],
        help_text="Numbers of operations that wait, with commas between.",
    )
    freed_for = django_filters.ChoiceFilter(
        label="If these were cleared, free for",
        choices=clearing.TARGETS,
        method="freed",
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

    def check(self) -> None:
        """Refuse also a target without the errors whose clearing would open it."""
        super().check()
        asked = self.values
        if asked["freed_for"] and bool(asked["errors"]) == bool(asked["plan"]):
            raise BadRequest(
                "“freed_for” needs “errors” or a “plan”: which errors would be cleared? Nothing is selected.",
                what_to_do="Open the queue, filter it and choose “What would change”.",
            )

    @property
    def is_counted(self) -> bool:
        """Whether the counters know everything that is asked for."""
        return all(key in self.counted for key, _ in self.pairs())

    @cached_property
    def counted(self) -> tuple[str, ...]:
        """Give the facets whose values the counters know; a text that is no state is one of many to them."""
        states = (value for key, value in self.pairs() if key == "state")
        if uncounted_states(states):
            return tuple(name for name in self.facets if name != "state")
        return self.facets

    @property
    def wanted(self) -> dict[str, set[str]]:
        """Collect the values asked for by facet."""
        found: dict[str, set[str]] = {}
        for key, value in self.pairs():
            if key in self.counted:
                found.setdefault(key, set()).add(value)
        return found

    def named(self, queryset: Rows, name: str, value: str) -> Rows:
        """Keep the company with this outreach id, or those with this domain."""
        try:
            return queryset.filter(pk=uuid.UUID(words.tidy(value)))
        except ValueError:
            return queryset.filter(domain=words.domain_or_same(value))

    def with_text(self, queryset: Rows, name: str, value: str) -> Rows:
        """Keep companies with this text in name or domain; an address stands for its domain."""
        return queryset.filter(pk__in=names.holding(*_searched(value)))

    def filtered(self, known: Cube) -> FilterParts:
        """Take the filter apart for the paginator; `known` are the counters of all companies."""
        self.check()
        asked = {key for key, _ in self.pairs()}
        unknown = asked - set(self.counted)
        text = self.values["q"]
        return FilterParts(
            self.qs,
            self.without("q").qs if text else self.qs,
            list(known.fitting(self.wanted)),
            known.total({}).count,
            standing.in_tiers(known),
            whole=not self.wanted,
            counted=not unknown,
            texts=_searched(text) if unknown == {"q"} else (),
            few=bool(unknown & {"company", "state"}) or {"q"} < unknown,
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

    def beside_facets(self) -> Rows:
        """Give the companies that fit all of it but the facets."""
        return self.without(*self.counted).qs

    def with_errors(self, queryset: Rows, name: str, value: str) -> Rows:
        """Keep the companies that have errors of the filter; those that they hold alone are among them."""
        if self.values["freed_for"]:
            return queryset
        held = self._errors.qs.filter(outreach__isnull=False)
        return queryset.filter(pk__in=held.order_by().values("outreach_id"))

    def freed(self, queryset: Rows, name: str, value: str) -> Rows:
        """Keep the companies that clearing the errors, or each of the plans, would let go on to the target."""
        if self.values["errors"]:
            return queryset.filter(pk__in=clearing.freed(self._errors.qs, value))
        return queryset.filter(self._behind("gates" if value == clearing.OUTREACH else "hubs"))

    def with_rows_of(self, queryset: Rows, name: str, value: str) -> Rows:
        """Keep the companies that plans are about."""
        if self.values["freed_for"]:
            return queryset
        return queryset.filter(self._behind("companies"))

    def _behind(self, figure: str) -> Q:
        numbers = self.values["plan"].split(",")
        found = Q(pk__in=[])
        for operation in Operation.objects.filter(pk__in=numbers):
            companies = effects.companies_behind(operation, figure)
            if companies is not None:
                found |= Q(pk__in=companies)
        return found

    def moments(self) -> dict[str, Any]:
        """Add the moments that the filter of errors counts from now."""
        own = super().moments()
        return own | self._errors.moments() if self.values["errors"] else own

    def label_of(self, name: str, value: str) -> str:
        """Write a filter of errors in the words of the queue."""
        if name != "errors":
            return super().label_of(name, value)
        said = [f"{chip.label} {chip.value}" for chip in self._errors.chips()]
        return ", ".join(said)

    def _chip(self, key: str, value: str, name: str) -> Chip:
        chip = super()._chip(key, value, name)
        if key not in ("errors", "plan"):
            return chip
        # a target means nothing without the errors
        rest = self.query(without=(key, "freed_for"))
        return replace(chip, remove=rest.urlencode() or self.empty_query)

    @cached_property
    def _errors(self) -> ErrorFilter:
        text = self.values["errors"]
        return ErrorFilter.from_text(text, HubError.objects.all(), as_of=self.as_of)

    def blocked_before(self, queryset: Rows, name: str, value: Any) -> Rows:
        """Keep companies with a blocking error or violation of before that moment."""
        return queryset.filter(pk__in=blocked.ids(Q(since__lt=value)))

    def not_blocked_before(self, queryset: Rows, name: str, value: Any) -> Rows:
        """Keep companies that are blocked by errors or violations, none of them of before that moment."""
        earlier = (Exists(of) for of in blocked.of_company(OuterRef("pk"), Q(since__lt=value)))
        # one since then follows, and is found by its time where there are few
        since = blocked.ids(Q(since__gte=value))
        return queryset.filter(*(~one for one in earlier), pk__in=since)


def _searched(text: str) -> tuple[str, str]:
    """Return what a name may hold, and what a domain may."""
    return text, words.domain_or_same(domain_in(text) or text)
