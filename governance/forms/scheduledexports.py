"""What is asked of whoever wants a file regularly."""

from collections.abc import Iterable
from typing import Any

from django import forms

from governance.forms import zones
from governance.models import SavedView, Schedule, ScheduledExport
from governance.models.jobs.scheduledexports import MOST_KEPT
from governance.services.files.scheduled import LONGEST_NAME

OWN = "filter"


class ScheduledExportForm(forms.Form):
    """A name, which rows, in which format, when, and how many files stay."""

    name = forms.CharField(label="Name", max_length=LONGEST_NAME)
    source = forms.ChoiceField(
        label="Rows",
        choices=(),
        help_text="A saved view is taken as it is at each run.",
    )
    format = forms.ChoiceField(label="Format", choices=ScheduledExport.Format.choices)
    weekday = forms.TypedChoiceField(
        label="Day",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "Every day"), *((day.value, day.label) for day in Schedule.Weekday)],
    )
    at = forms.TimeField(
        label="Time",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text="It is written within some minutes of it.",
    )
    time_zone = forms.ChoiceField(label="Time zone", choices=())
    keep = forms.IntegerField(
        label="Files that stay",
        min_value=1,
        max_value=MOST_KEPT,
        help_text="The oldest goes when another one is written.",
    )

    def __init__(
        self,
        *args: Any,
        views: Iterable[SavedView],
        own: str,
        lost: str = "",
        **kwargs: Any,
    ) -> None:
        """Offer `views` beside the filter, called `own`; where a view is `lost`, nothing is chosen in its place."""
        super().__init__(*args, **kwargs)
        offered = zones.choices(self.initial.get("time_zone"))
        self.fields["time_zone"].choices = offered  # type: ignore[attr-defined]
        self.views = {str(view.pk): view for view in views}
        named = [(key, f"View “{view.name}”") for key, view in self.views.items()]
        gone = [("", f"The view “{lost}” is gone: choose")] if lost else []
        self.fields["source"].choices = [*gone, (OWN, own), *named]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Give the view that was chosen as `view`, none where the filter was."""
        given = super().clean() or self.cleaned_data
        given["view"] = self.views.get(given.pop("source", OWN))
        return given
