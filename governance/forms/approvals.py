"""What an approval asks of a person."""

import re
from typing import Any

from django import forms

READ_CALL = re.compile(r"(?P<id>[0-9]{1,18}):(?P<digest>[0-9a-f]{64})", re.ASCII)


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


class ReadCalls(forms.Field):
    """Requests that were read, each by its id and the digest of its call."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[tuple[int, str]]:
        """Take each apart; one that is not written so is refused."""
        found = [READ_CALL.fullmatch(str(one)) for one in value or []]
        if None in found:
            raise forms.ValidationError("This is no request that was read: open the list again.")
        return [(int(one["id"]), one["digest"]) for one in found if one]


class BatchForm(forms.Form):
    """One decision on each of several calls that were read in a list."""

    vote = forms.ChoiceField(choices=[("approve", "Approve"), ("reject", "Reject")])
    # not a line of text: there Enter would press the first button, which approves
    comment = forms.CharField(
        label="Reason", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 1})
    )
    calls = ReadCalls(required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse to decide on nothing, and a rejection that does not say why."""
        found: dict[str, Any] = super().clean() or {}
        if "calls" in found and not found["calls"]:
            self.add_error("calls", "Tick the calls that you have read.")
        if found.get("vote") == "reject" and not found.get("comment"):
            self.add_error("comment", "A rejection needs a reason: say what should change.")
        return found
