"""What runs can be filtered by."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet

from enrichment.models import EntityType, Run, Workflow
from outreach_admin.lists.fields import AnyOf, AnyText, MomentFilter
from outreach_admin.lists.filters import StrictFilterSet
from outreach_admin.lists.spans import ages

YES_NO = [("true", "Yes"), ("false", "No")]


class OfWorkflow(AnyText):
    """Runs of workflows by name; a former name counts as well."""

    def filter(self, qs: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        """Keep them by the keys of the workflows: an index by workflow and time then gives the order."""
        if not value:
            return qs
        named = Workflow.objects.filter(workflow_name__in=value)
        once_named = Workflow.objects.filter(aliases__alias__in=value)
        keys = named.union(once_named).values_list("pk", flat=True)
        return qs.filter(workflow_id__in=sorted(keys))


class OfEntity(AnyText):
    """Runs for entities by key, whichever type they are of: the index begins with the type."""

    def filter(self, qs: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        """Keep them."""
        found = super().filter(qs, value)
        return found.filter(entity_type__in=EntityType.values) if value else found


class YesNo(django_filters.TypedChoiceFilter):
    """Rows where something is so, or is not."""

    def __init__(self, **given: Any) -> None:
        super().__init__(
            choices=YES_NO,
            coerce=lambda word: word == "true",
            widget=forms.Select,
            **given,
        )


class RunFilter(StrictFilterSet):
    """What the list of runs can be filtered by; `started_after` includes its moment."""

    workflow = OfWorkflow("workflow__workflow_name", label="Workflow")
    status = AnyOf(choices=Run.Status.choices, label="Status")
    entity_type = AnyOf(choices=EntityType.choices, label="Kind")
    entity_key = OfEntity(
        label="Key",
        help_text="A domain, or linkedin.com/in/ and the slug of a profile.",
    )
    source = AnyText(label="Source")
    trigger = AnyOf(choices=Run.Trigger.choices, label="Trigger")
    error_class = AnyText(label="Error")
    inferred = YesNo(label="Inferred", method="made_by_backfill")
    already_enriched = YesNo(label="Already enriched", method="made_needless")
    started_after = MomentFilter("ran_at", "gte", label="Started after")
    started_before = MomentFilter("ran_at", "lt", label="Started before")

    facets = ("status", "workflow", "entity_type", "trigger", "source")
    spans = (
        ages(
            "age",
            "Started",
            after="started_after",
            before="started_before",
        ),
    )

    class Meta:
        model = Run
        fields: list[str] = []

    def made_by_backfill(
        self,
        queryset: QuerySet[Run],
        name: str,
        value: bool | str,
    ) -> QuerySet[Run]:
        """Keep runs that a backfill inferred from what tables hold, or the others."""
        if value == "":
            return queryset
        inferred = {"trigger": Run.Trigger.INFERRED}
        return queryset.filter(**inferred) if value else queryset.exclude(**inferred)

    def made_needless(
        self,
        queryset: QuerySet[Run],
        name: str,
        value: bool | str,
    ) -> QuerySet[Run]:
        """Keep requests that a fresh run made needless, or the others."""
        if value == "":
            return queryset
        return queryset.filter(refused_for__isnull=not value)
