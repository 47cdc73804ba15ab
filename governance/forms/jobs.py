"""What is asked of whoever runs a job or changes its schedule."""

from typing import Any
from zoneinfo import available_timezones

from django import forms

from governance.models import ErrorTable, Schedule
from outreach_admin.db.limits import PROSE


class RunForm(forms.Form):
    """Whether it is for real."""

    dry = forms.BooleanField(
        label="Dry run",
        required=False,
        help_text="Plan it and count the rows, change nothing.",
    )


class ScheduleForm(forms.Form):
    """When a job is due, what its tables hold, and why."""

    is_on = forms.BooleanField(label="On", required=False)
    at = forms.TimeField(
        label="Time",
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    weekday = forms.TypedChoiceField(
        label="Day",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "Every day"), *Schedule.Weekday.choices],
    )
    every_minutes = forms.IntegerField(
        label="Or every so many minutes", required=False, min_value=1, max_value=10_080
    )
    time_zone = forms.ChoiceField(label="Time zone", choices=())
    grace_minutes = forms.IntegerField(
        label="Late after",
        min_value=1,
        max_value=1_440,
        help_text="Minutes after it was due.",
    )
    holds = forms.MultipleChoiceField(
        label="Hold expired blockers of",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Their errors stay in the queue when their TTL runs out while they block promotion.",
    )
    reason = forms.CharField(
        label="Reason",
        max_length=PROSE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It is shown to whoever puts the change in force.",
    )

    def __init__(self, *args: Any, has_tables: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = sorted(available_timezones())
        self.fields["time_zone"].choices = [(zone, zone) for zone in zones]  # type: ignore[attr-defined]
        if has_tables:
            names = ErrorTable.objects.values_list("name", flat=True)
            self.fields["holds"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]
        else:
            del self.fields["holds"]


class AgreeForm(forms.Form):
    """Nothing more than the word."""
