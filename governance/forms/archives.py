"""What standing approvals ask."""

from django import forms

LONGEST = 100_000


class AgreeForm(forms.Form):
    """The retention that was read, and a remark."""

    days = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=LONGEST)
    note = forms.CharField(
        label="Remark",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Kept with the approval.",
    )
