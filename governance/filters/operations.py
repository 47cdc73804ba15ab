"""What operations and their rows can be filtered by, and the rows a selection means."""

from collections import Counter
from typing import Any

import django_filters
from django.db.models import Field, QuerySet

from governance import subjects
from governance.filters.people import Account, NamedPeople
from governance.models import Operation, OperationItem
from governance.models.operations import OperationQuerySet
from governance.queries.operations import (
    effects,
    leftovers,
    outcomes,
    places,
    standings,
    undo_groups,
)
from governance.verbs.base import Verb
from governance.verbs.registry import VERBS
from outreach_admin.lists.fields import AnyText, MomentFilter
from outreach_admin.lists.filters import StrictFilterSet
from outreach_admin.lists.listings import Listing
from outreach_admin.lists.paging import DEFAULT_SIZE, KeysetPaginator
from outreach_admin.lists.spans import ages

EFFECTS = {
    "blocking_rows": "block promotion",
    "expiring_48h": "block and expire within 48 h",
    "companies": "belong to a company",
    "blocked_companies": "block a company",
    "last_blocker": "are the last blockers of a company",
    "hubs": "hold the hubs behind the anchor shut",
    "gates": "are of a company whose gate opens",
    "closes": "are of a company whose gate closes",
    "tier_changes": "are of a company that changes tier",
}
UNDO_GROUPS = {
    "reverted": "would go back",
    "changed_since": "changed since",
    "not_reversible": "cannot be reverted",
}


def verb_choices() -> list[tuple[str, str]]:
    """Offer every verb; one whose label another has too says what it is done to."""
    labels = Counter(verb.label for verb in VERBS.values())
    return [
        (verb.name, verb.label if labels[verb.label] == 1 else f"{verb.label} {_called(verb)}")
        for verb in VERBS.values()
    ]


def _called(verb: Verb) -> str:
    return subjects.named(verb.subject).called(2)


class OperationFilter(NamedPeople):
    """What the list of operations can be filtered by."""

    state = django_filters.MultipleChoiceFilter(
        field_name="standing",
        choices=standings.choices,
        label="State",
        method="as_it_stands",
    )
    verb = django_filters.MultipleChoiceFilter(
        choices=verb_choices,
        label="Verb",
    )
    kind = django_filters.MultipleChoiceFilter(
        choices=[(kind.value, kind.label.capitalize()) for kind in Operation.Kind], label="Kind"
    )
    requester = Account("requester", label="Requester")
    gate = django_filters.CharFilter(label="Gate", help_text="Name of the approval policy.")
    created_after = MomentFilter("created_at", "gte", label="Planned after")
    created_before = MomentFilter("created_at", "lt", label="Planned before")

    facets = ("state", "verb", "kind", "requester", "gate")
    spans = (
        ages(
            "age",
            "Planned",
            after="created_after",
            before="created_before",
        ),
    )
    by_account = ("requester",)

    class Meta:
        model = Operation
        fields: list[str] = []

    def as_it_stands(
        self,
        queryset: OperationQuerySet,
        name: str,
        value: list[str],
    ) -> QuerySet[Operation]:
        """Keep what stands in one of these ways, as pages say it."""
        if not value:
            return queryset
        return standings.with_standing(queryset).filter(standing__in=value)


class ItemFilter(StrictFilterSet):
    """What the rows of one operation can be filtered by."""

    outcome = django_filters.MultipleChoiceFilter(
        choices=OperationItem.Outcome.choices, label="Outcome"
    )
    reason = django_filters.CharFilter(label="Reason")
    error_table = AnyText(label="Table", method="of_tables")

    effect = django_filters.ChoiceFilter(
        label="Effect", choices=list(EFFECTS.items()), method="behind"
    )
    undo = django_filters.ChoiceFilter(
        label="Undo now", choices=list(UNDO_GROUPS.items()), method="in_group"
    )

    left = django_filters.ChoiceFilter(
        label="Left", choices=[("1", "can still be done")], method="left_to_do"
    )

    since = django_filters.ChoiceFilter(
        label="Since the plan",
        choices=[("changed", "has changed")],
        method="moved_since",
    )

    facets = ("outcome", "reason")

    class Meta:
        model = OperationItem
        fields: list[str] = []

    @property
    def operation(self) -> Operation:
        return Operation.objects.get(pk=self.request.resolver_match.kwargs["pk"])

    def behind(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep the rows behind one figure of the plan's effect; some subjects know none."""
        behind = effects.rows_behind(self.operation, value)
        return queryset.none() if behind is None else queryset.filter(subject_id__in=behind)

    def of_tables(self, queryset: QuerySet[Any], name: str, value: list[str]) -> QuerySet[Any]:
        """Keep the rows that are errors of these tables; other subjects have none."""
        if not value:
            return queryset
        condition = places.of_tables(self.operation, value)
        return queryset.none() if condition is None else queryset.filter(condition)

    def left_to_do(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep the rows that the operation could still do, as they are now."""
        return queryset.filter(leftovers.can_be_done(self.operation))

    def moved_since(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep the rows still to do that are no longer as they were planned."""
        to_do = queryset.filter(outcome=OperationItem.Outcome.PLANNED)
        return to_do.filter(outcomes.is_moved(self.operation))

    def in_group(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep the rows that an undo would put into this group now."""
        return queryset.filter(subject_id__in=undo_groups.rows_of_group(self.operation, value))


class ItemPaginator(KeysetPaginator):
    """Pages through the rows of one operation in the order they are taken: the subject alone is the key."""

    def _paths(self) -> list[str]:
        return ["subject_id"]

    def _fields(self) -> list["Field[Any, Any]"]:
        return [OperationItem._meta.get_field("subject_id")]  # type: ignore[list-item]


class ItemListing(Listing):
    """The rows of one operation."""

    def paginator(self, *, sort: str, size: int = DEFAULT_SIZE) -> ItemPaginator:
        """Give what walks the rows."""
        return ItemPaginator(self.filterset.qs, sort=sort, size=size)
