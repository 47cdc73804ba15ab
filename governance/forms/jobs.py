"""What is asked of whoever runs a job or changes its schedule."""

from collections.abc import Iterable
from typing import Any

from django import forms

from governance.forms import zones
from governance.models import ErrorTable, Schedule
from outreach_admin.db.limits import PROSE

BY_TABLE = ("holds", "leaves_out")
# a week and a day
MOST_MINUTES, MOST_GRACE = 10_080, 1_440


class RunForm(forms.Form):
    """Whether it is for real."""

    dry = forms.BooleanField(
        label="Dry run",
        required=False,
        help_text="Plan it and count the rows, change nothing.",
    )


class ScheduleForm(forms.Form):
    """When a job is due, which tables it leaves out, which hold expired blockers, and why."""

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
        label="Or every so many minutes", required=False, min_value=1, max_value=MOST_MINUTES
    )
    time_zone = forms.ChoiceField(label="Time zone", choices=())
    grace_minutes = forms.IntegerField(
        label="Late after",
        min_value=1,
        max_value=MOST_GRACE,
        help_text="Minutes after it was due.",
    )
    holds = forms.MultipleChoiceField(
        label="Hold expired blockers of",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Their errors stay in the queue when their TTL runs out while they block promotion.",
    )
    leaves_out = forms.MultipleChoiceField(
        label="Leave out",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="The job touches no error of theirs, whoever starts it.",
    )
    reason = forms.CharField(
        label="Reason",
        max_length=PROSE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It is shown to whoever puts the change in force.",
    )

    def __init__(self, *args: Any, tables: Iterable[str], **kwargs: Any) -> None:
        """Ask by error table only what is in `tables`, of `holds` and `leaves_out`."""
        super().__init__(*args, **kwargs)
        offered = zones.choices(self.initial.get("time_zone"))
        self.fields["time_zone"].choices = offered  # type: ignore[attr-defined]
        names = list(ErrorTable.objects.order_by("name").values_list("name", flat=True))
        for field in BY_TABLE:
            if field in tables:
                self.fields[field].choices = [(name, name) for name in names]  # type: ignore[attr-defined]
            else:
                del self.fields[field]


class AgreeForm(forms.Form):
    """Nothing more than the word."""
