"""What operations and their rows can be filtered by, and the rows a selection means."""

from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet

from governance.filters.archive import ArchiveFilter
from governance.filters.errors import ErrorFilter
from governance.filters.people import NamedPeople
from governance.models import CompanyTarget, Operation, OperationItem
from governance.queries.operations import effects, undo_groups
from governance.verbs.base import Verb
from governance.verbs.registry import VERBS
from outreach_admin.exceptions import BadRequest, Refused
from outreach_admin.lists.filters import StrictFilterSet
from outreach_admin.lists.selection import Selection

EFFECTS = {
    "blocking_rows": "block promotion",
    "expiring_48h": "block and expire within 48 h",
    "companies": "belong to a company",
    "blocked_companies": "block a company",
    "last_blocker": "are the last blockers of a company",
    "gates": "hold a gate shut",
}
UNDO_GROUPS = {
    "reverted": "would go back",
    "changed_since": "changed since",
    "not_reversible": "cannot be reverted",
}


class TargetFilter(StrictFilterSet):
    """What company targets can be chosen by."""

    execution_status = django_filters.MultipleChoiceFilter(
        choices=CompanyTarget.Status.choices, label="Status"
    )

    class Meta:
        model = CompanyTarget
        fields: list[str] = []


class OperationFilter(NamedPeople):
    """What the list of operations can be filtered by."""

    state = django_filters.MultipleChoiceFilter(choices=Operation.State.choices, label="State")
    verb = django_filters.MultipleChoiceFilter(
        choices=[(verb.name, verb.label) for verb in VERBS.values()], label="Verb"
    )
    kind = django_filters.MultipleChoiceFilter(
        choices=[(kind.value, kind.label.capitalize()) for kind in Operation.Kind], label="Kind"
    )
    requester = django_filters.CharFilter(
        field_name="requester__username", label="Requester", help_text="User name."
    )
    gate = django_filters.CharFilter(label="Gate", help_text="Name of the approval policy.")
    created_after = django_filters.IsoDateTimeFilter(
        field_name="created_at", lookup_expr="gte", label="Planned after"
    )
    created_before = django_filters.IsoDateTimeFilter(
        field_name="created_at", lookup_expr="lt", label="Planned before"
    )

    facets = ("state", "verb", "kind", "requester", "gate")
    by_account = ("requester",)

    class Meta:
        model = Operation
        fields: list[str] = []


class ItemFilter(StrictFilterSet):
    """What the rows of one operation can be filtered by."""

    outcome = django_filters.MultipleChoiceFilter(
        choices=OperationItem.Outcome.choices, label="Outcome"
    )
    reason = django_filters.CharFilter(label="Reason")

    effect = django_filters.ChoiceFilter(
        label="Effect", choices=list(EFFECTS.items()), method="behind"
    )
    undo = django_filters.ChoiceFilter(
        label="Undo now", choices=list(UNDO_GROUPS.items()), method="in_group"
    )

    facets = ("outcome", "reason")

    class Meta:
        model = OperationItem
        fields: list[str] = []

    @property
    def operation(self) -> Operation:
        """Find whose rows these are, from the address."""
        return Operation.objects.get(pk=self.request.resolver_match.kwargs["pk"])

    def behind(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep the rows behind one figure of the plan's effect; company targets have none."""
        if self.operation.subject_type == "company_target":
            return queryset.none()
        return queryset.filter(subject_id__in=effects.rows_behind(self.operation, value))

    def in_group(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep the rows that an undo would put into this group now."""
        return queryset.filter(subject_id__in=undo_groups.rows_of_group(self.operation, value))


FILTERS: dict[str, type[StrictFilterSet]] = {
    "error": ErrorFilter,
    "archive": ArchiveFilter,
    "company_target": TargetFilter,
}


def filter_of(verb: Verb, text: str) -> StrictFilterSet:
    """Read a list's canonical text with the filterset of that list; refuse what the list would refuse."""
    return FILTERS[verb.subject].from_text(text, verb.model._default_manager.all())


def selected(verb: Verb, selection: Selection) -> QuerySet[Any]:
    """Return the rows a selection means for `verb`: the list's own filter, or single ids.

    Refuses (400) ids that are none, all without a filter and whatever the list's filter refuses,
    and (422) ids that name no row the verb is about.
    """
    ids = [_uuid(text) for text in selection.ids]
    if selection.scope == "ids":
        return _by_ids(verb, ids)
    filterset = filter_of(verb, selection.filter)
    if filterset.is_empty:
        raise BadRequest(
            "“All matching” without a filter would be every row. Nothing is selected.",
            what_to_do="Filter the list first.",
        )
    return filterset.qs.exclude(pk__in=ids) if ids else filterset.qs


def _by_ids(verb: Verb, ids: list[UUID]) -> QuerySet[Any]:
    rows = verb.model._default_manager.filter(pk__in=ids)
    there = rows.count()
    if there < len(ids):
        noun = {
            "error": "live error",
            "archive": "archived error",
            "company_target": "company target",
        }[verb.subject]
        raise Refused(
            f"{len(ids) - there:,} of the {len(ids):,} selected rows name no {noun}. Nothing is selected.",
            what_to_do="Open the list again: they may have been moved meanwhile.",
        )
    return rows


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as reason:
        raise BadRequest(
            f"“{text[:60]}” is not the id of a row. Nothing is selected.",
            what_to_do="Go back to the list and select again.",
        ) from reason
