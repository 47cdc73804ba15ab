"""What is asked when somebody ends a run by hand."""

from django import forms

from outreach_admin.lists.fields import PlainTextField

LONGEST = 300


class CancelForm(forms.Form):
    """Why a run is ended."""

    reason = PlainTextField(
        label="Reason",
        required=False,
        max_length=LONGEST,
        help_text="Shown on the run and to whoever asks for it.",
    )
