"""What a new token asks."""

import uuid
from typing import Any

from django import forms
from django.contrib.auth.models import User

from governance.models import Token
from governance.queries.tokens import issuers
from governance.services import tokens
from outreach_admin.ui.people import name_of

ENDS = [(30, "in 30 days"), (tokens.DAYS, "in 90 days"), (180, "in 180 days"), (365, "in a year")]
SCOPES = {
    Token.Scope.READ: "read: what its account may look at",
    Token.Scope.TRIAGE: "triage: also plan, run and undo",
    Token.Scope.APPROVE: "approve: also vote, for people alone",
    Token.Scope.PIPELINE: "pipeline: also write errors and hub rows",
    Token.Scope.CHECKS: "checks: also send reports of the canon's checks",
}


class Responsible(forms.ModelChoiceField):
    """A person, by full name."""

    def label_from_instance(self, obj: User) -> str:
        return name_of(obj)


class TokenForm(forms.Form):
    """A new token of one's own; who issues them may name a pipeline."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    name = forms.CharField(
        label="Name",
        max_length=tokens.LONGEST_NAME,
        help_text="What will use it, in words you will still know in a year.",
    )
    pipeline = forms.CharField(
        label="Pipeline",
        required=False,
        max_length=tokens.LONGEST_ACCOUNT,
        help_text="The name of its account, such as gap-checker. Empty: the token is your own.",
    )
    responsible = Responsible(
        label="Responsible for the pipeline",
        queryset=User.objects.none(),
        required=False,
        empty_label="Everybody who issues tokens",
        help_text="Is told when the token is about to end.",
    )
    days = forms.TypedChoiceField(
        label="Ends",
        choices=ENDS,
        coerce=int,
        initial=tokens.DAYS,
        help_text="You are told 14 days before.",
    )
    networks = forms.CharField(
        label="Only from",
        required=False,
        max_length=1000,
        help_text="Networks with blanks between: 10.0.0.0/8 2001:db8::/32",
    )
    scopes = forms.MultipleChoiceField(
        label="May",
        choices=list(SCOPES.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text="Nothing is ticked for you. A token never may more than its account may then.",
    )

    def __init__(self, *args: Any, issues: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if issues:
            self.fields["responsible"].queryset = issuers()  # type: ignore[attr-defined]
        else:
            del self.fields["pipeline"], self.fields["responsible"]

    def clean_networks(self) -> list[str]:
        """Read what stands between blanks and commas."""
        text: str = self.cleaned_data["networks"]
        return text.replace(",", " ").split()
