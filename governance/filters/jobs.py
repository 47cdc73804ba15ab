"""What runs of jobs can be filtered by."""

import django_filters

from governance.models import JobRun
from outreach_admin.lists.fields import MomentFilter
from outreach_admin.lists.filters import StrictFilterSet


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
    for_after = MomentFilter("as_of", "gte", label="For a moment after")
    for_before = MomentFilter("as_of", "lt", label="For a moment before")

    class Meta:
        model = JobRun
        fields: list[str] = []
