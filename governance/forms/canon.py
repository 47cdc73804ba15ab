"""What is asked of whoever stops tools, lets them go on, or puts a version of the canon in force."""

from collections.abc import Iterable
from typing import Any

from django import forms

from governance.models.canon.switches import ALL
from governance.toolbox.entries import Tool
from outreach_admin.db.limits import PROSE


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label="Reason",
        max_length=PROSE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It is kept, and shown to everybody who looks at tools.",
    )


class StopForm(ReasonForm):
    """What to stop, and why."""

    EVERY = "*"

    tool = forms.ChoiceField(label="Stop")
    field_order = ("tool", "reason")

    def __init__(self, *args: Any, tools: Iterable[Tool], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = sorted(tools, key=lambda tool: tool.id)
        self.fields["tool"].choices = [  # type: ignore[attr-defined]
            (self.EVERY, "All tools"),
            *((tool.slug, str(tool)) for tool in named),
        ]

    def clean_tool(self) -> str:
        """Write all tools as switches do."""
        tool: str = self.cleaned_data["tool"]
        return ALL if tool == self.EVERY else tool
