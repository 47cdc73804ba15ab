"""What runs of jobs, and the gates that they opened, can be filtered by."""

from dataclasses import replace
from typing import Any

import django_filters
from django.db.models import BooleanField, Exists, F, Func, OuterRef, QuerySet

from governance.filters.audit import Id
from governance.models import JobRun, JobStep, OpenedGate
from outreach_admin.lists.fields import MomentFilter
from outreach_admin.lists.filters import Chip, StrictFilterSet

SOME, NONE = "something", "nothing"
HIDDEN, SHOWN = "hidden", "shown"
OUTREACH, OTHERS = "outreach", "others"
# a count of any part that is above nothing
COUNTED = "%(expressions)s @? '$.* ? (@ > 0)'"


class JobRunFilter(StrictFilterSet):
    """What the list of runs can be narrowed to."""

    job = django_filters.CharFilter(label="Job", help_text="Its name, as commands call it.")
    state = django_filters.MultipleChoiceFilter(choices=JobRun.State.choices, label="State")
    trigger = django_filters.MultipleChoiceFilter(
        choices=JobRun.Trigger.choices, label="Started by"
    )
    dry = django_filters.TypedChoiceFilter(
        field_name="is_dry",
        choices=[("true", "Dry"), ("false", "For real")],
        coerce=lambda word: word == "true",
        label="Kind",
    )
    did = django_filters.ChoiceFilter(
        choices=[(SOME, "Something"), (NONE, "Nothing")],
        method="with_rows",
        label="Found or changed",
    )
    idle = django_filters.ChoiceFilter(
        choices=[(HIDDEN, "Hidden"), (SHOWN, "Shown")],
        method="with_idle",
        label="Runs many times a day that found nothing",
    )
    for_after = MomentFilter("as_of", "gte", label="As of a moment after")
    for_before = MomentFilter("as_of", "lt", label="As of a moment before")

    class Meta:
        model = JobRun
        fields: list[str] = []

    def with_rows(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep the runs of which a part counted something, or those that came to nothing."""
        counted = Func(F("counts"), template=COUNTED, output_field=BooleanField())
        some = Exists(JobStep.objects.filter(counted, run=OuterRef("pk")))
        return queryset.filter(some if value == SOME else ~some)

    def with_idle(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Leave out the runs of frequent jobs that found nothing, or keep them."""
        return queryset.filter(is_idle=False) if value == HIDDEN else queryset

    def label_of(self, name: str, value: str) -> str:
        """Say how many runs are hidden. One query."""
        if (name, value) != ("idle", HIDDEN):
            return super().label_of(name, value)
        return f"{self.without('idle').qs.filter(is_idle=True).count():,} hidden"

    def _chip(self, key: str, value: str, name: str) -> Chip:
        chip = super()._chip(key, value, name)
        if (key, value) != ("idle", HIDDEN):
            return chip
        # who takes it away wants to see them: a bare list hides them
        query = self.query()
        query["idle"] = SHOWN
        return replace(chip, label="Found nothing, many times a day", remove=query.urlencode())


class OpenedGateFilter(StrictFilterSet):
    """What the companies whose gate a run opened can be narrowed to."""

    reviewed = django_filters.TypedChoiceFilter(
        field_name="reviewed_at",
        lookup_expr="isnull",
        choices=[("true", "Looked at"), ("false", "To review")],
        # true asks for those that have a moment
        coerce=lambda word: word == "false",
        label="Review",
    )
    opens = django_filters.TypedChoiceFilter(
        field_name="opens_outreach",
        choices=[(OUTREACH, "Outreach"), (OTHERS, "All but Outreach")],
        coerce=lambda word: word == OUTREACH,
        label="Open now",
    )

    class Meta:
        model = OpenedGate
        fields: list[str] = []


class AnyGateFilter(OpenedGateFilter):
    """What the companies whose gate any run opened can be narrowed to."""

    run = Id("run_id", label="Run")
