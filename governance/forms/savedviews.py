"""What is asked to save a view."""

from typing import Any

from django import forms

from governance.services.savedviews import LONGEST_NAME


class SaveViewForm(forms.Form):
    """A name, and for those who may, sharing."""

    page = forms.CharField(widget=forms.HiddenInput)
    query = forms.CharField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(
        label="Name",
        max_length=LONGEST_NAME,
        help_text="A view of yours with this name is replaced.",
    )
    shared = forms.BooleanField(label="Share it with the team", required=False)
    default = forms.BooleanField(label="Make it the view the team starts with", required=False)

    def __init__(self, *args: Any, shares: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not shares:
            del self.fields["shared"], self.fields["default"]
