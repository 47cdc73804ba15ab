"""What operations ask of a person beside the verb's own parameters."""

from django import forms

NOTE_ROWS = {"rows": 3}


class RequestForm(forms.Form):
    """A word to whoever approves."""

    note = forms.CharField(
        label="Note to the approver",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs=NOTE_ROWS),
        help_text="Why now, and why these rows.",
    )


class SeenForm(forms.Form):
    """Which state of a row the person looked at."""

    version = forms.IntegerField(min_value=1)


class ThrottleForm(forms.Form):
    """How fast an operation may go."""

    rows_a_second = forms.IntegerField(
        label="At most, rows a second",
        required=False,
        min_value=1,
        max_value=1_000_000,
        help_text="Leave it empty for no limit.",
    )


class AgainForm(forms.Form):
    """Which rows of an ended operation are planned once more."""

    outcome = forms.ChoiceField(
        choices=[("failed", "failed"), ("skipped", "skipped"), ("cancelled", "cancelled")]
    )
    reason = forms.CharField(required=False, max_length=2000, strip=False)
