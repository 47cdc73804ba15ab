"""What an approval asks of a person."""

from typing import Any

from django import forms


class DecisionForm(forms.Form):
    """A vote on exactly one plan."""

    vote = forms.ChoiceField(
        choices=[("approve", "Approve"), ("reject", "Reject")], widget=forms.HiddenInput
    )
    plan_hash = forms.CharField(max_length=64, widget=forms.HiddenInput)
    # not a line of text: there Enter would press the first button, which approves
    comment = forms.CharField(
        label="Reason", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 1})
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a rejection that does not say why."""
        found: dict[str, Any] = super().clean() or {}
        if found.get("vote") == "reject" and not found.get("comment"):
            self.add_error("comment", "A rejection needs a reason: say what should change.")
        return found


class CommentForm(forms.Form):
    """A remark that decides nothing."""

    body = forms.CharField(
        label="Comment", max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
