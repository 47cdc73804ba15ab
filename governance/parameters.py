"""What a verb asks before it can be planned."""

from typing import Any

from django import forms

from governance.models import ArchiveReason, ErrorTable, TtlTier

PARK_REASONS = (
    "STRUCTURAL_NO_DOL_MATCH",
    "NO_MX_AFTER_RETRIES",
    "RETRIES_EXHAUSTED",
    "MAX_RETRIES_EXCEEDED",
    "NON_RETRYABLE_ERROR",
    "ESCALATION_REQUIRED",
    "EXTERNAL_DEPENDENCY",
    "DATA_QUALITY",
)
PLATFORM_TEAM = "Platform team"


def owner_choices() -> list[tuple[str, str]]:
    """Return the teams that can look after an error."""
    teams = set(ErrorTable.objects.values_list("owner", flat=True)) | {PLATFORM_TEAM}
    return [(team, team) for team in sorted(teams)]


class NoParameters(forms.Form):
    """A verb that asks nothing."""


class NoteParameters(forms.Form):
    """A verb that asks why."""

    note = forms.CharField(
        label="Note",
        max_length=2000,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Kept on every row and in the audit trail.",
    )


class ParkParameters(forms.Form):
    """Why the rows are set aside, who looks after them, and for how long."""

    reason = forms.ChoiceField(
        label="Reason",
        choices=[(reason, reason) for reason in PARK_REASONS],
        help_text="Kept on every row and in the audit trail.",
    )
    owner = forms.ChoiceField(
        label="Owner", required=False, help_text="Who looks after the parked rows."
    )
    ttl_tier = forms.ChoiceField(
        label="Time to live",
        required=False,
        choices=[("", "As it is"), *TtlTier.choices],
        help_text="Counted from each row's creation.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = [("", "Each row's own team"), *owner_choices()]  # type: ignore[attr-defined]


class RetryParameters(forms.Form):
    """A further attempt; a resolved row is reopened only for a reason."""

    note = forms.CharField(
        label="Reason",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Needed to reopen resolved rows.",
    )


class ArchiveParameters(forms.Form):
    """Why the rows are moved out of the queue."""

    reason = forms.ChoiceField(
        label="Reason",
        choices=[
            (reason.value, reason.label)
            for reason in ArchiveReason
            if reason != ArchiveReason.TTL_EXPIRED
        ],
        help_text="TTL_EXPIRED is given by the daily job alone.",
    )


class AssignParameters(forms.Form):
    """Who looks after the rows from now on."""

    owner = forms.ChoiceField(label="Owner", help_text="A team that looks after these rows.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = owner_choices()  # type: ignore[attr-defined]


class TtlParameters(forms.Form):
    """How long the rows live, from their creation."""

    ttl_tier = forms.ChoiceField(
        label="Time to live",
        choices=TtlTier.choices,
        help_text="Counted from each row's creation: a shorter tier can expire rows at once.",
    )
