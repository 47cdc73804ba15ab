"""What is asked to save a view."""

from typing import Any

from django import forms

from governance.services.savedviews import LONGEST_NAME


class SaveViewForm(forms.Form):
    """A name, and for those who may, sharing; whether to replace is asked only once the name is `taken`."""

    page = forms.CharField(widget=forms.HiddenInput)
    query = forms.CharField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(
        label="Name",
        max_length=LONGEST_NAME,
    )
    replace = forms.BooleanField(
        label="Replace the view that has this name",
        required=False,
    )
    shared = forms.BooleanField(
        label="Share it with the team",
        required=False,
    )
    default = forms.BooleanField(
        label="Make it the view the team starts with",
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        shares: bool,
        taken: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if not taken:
            del self.fields["replace"]
        if not shares:
            del self.fields["shared"], self.fields["default"]
