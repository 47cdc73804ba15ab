"""What runs can be filtered by."""

from collections.abc import Iterable
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.functional import cached_property

from enrichment.models import EntityType, Run, Workflow
from outreach_admin.lists.fields import AnyOf, AnyText, MomentFilter
from outreach_admin.lists.filters import StrictFilterSet
from outreach_admin.lists.spans import ages

YES_NO = [("true", "Yes"), ("false", "No")]


def named(names: Iterable[str]) -> dict[int, str]:
    """Find workflows by the names that they have or had: key to name of today."""
    asked = list(names)
    today = Workflow.objects.filter(workflow_name__in=asked)
    once = Workflow.objects.filter(aliases__alias__in=asked)
    return dict(today.union(once).values_list("pk", "workflow_name"))


class OfWorkflow(AnyText):
    """Runs of workflows by name; a former name counts as well."""

    def filter(self, qs: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        """Keep them by the keys of the workflows: an index by workflow and time then gives the order."""
        if not value:
            return qs
        found = self.parent.workflows
        return qs.filter(workflow_id__in=sorted(found))


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
    answered_by = django_filters.UUIDFilter(
        "refused_for",
        label="Answered by run",
        help_text="The fresh run that made these requests needless.",
    )
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

    @property
    def is_counted(self) -> bool:
        """Whether the counters know every filter that is active."""
        return all(key in self.facets for key, _ in self.pairs())

    @property
    def wanted(self) -> dict[str, set[str]]:
        """Return the values chosen in each facet that has a choice; of workflows the names of today."""
        self.check()
        chosen = {name: self.values[name] for name in self.facets}
        wanted = {name: set(map(str, values)) for name, values in chosen.items() if values}
        if "workflow" in wanted:
            wanted["workflow"] = set(self.workflows.values())
        return wanted

    @cached_property
    def workflows(self) -> dict[int, str]:
        """Find the workflows that are asked for, once: key to name of today."""
        return named(self.values["workflow"])

    def beside_facets(self, queryset: QuerySet[Run]) -> QuerySet[Run]:
        """Narrow runs by every filter that is no facet."""
        self.check()
        for name, filter_ in self.filters.items():
            if name not in self.facets:
                queryset = filter_.filter(queryset, self.values[name])
        return queryset

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
