"""What is asked of whoever stops tools, lets them go on, or brings in and enforces versions of the canon."""

from collections.abc import Iterable
from typing import Any

from django import forms

from governance.models.canon.switches import ALL
from governance.toolbox.entries import Tool
from governance.toolbox.reading import LONGEST
from outreach_admin.db.limits import PROSE

LARGEST = 2**31 - 1
# four bytes are the longest letter
LONGEST_FILE = 4 * LONGEST


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


class EnforceForm(ReasonForm):
    """Why a version is put in force, and which was in force when this was asked."""

    instead_of = forms.IntegerField(
        widget=forms.HiddenInput,
        required=False,
        min_value=0,
        max_value=LARGEST,
    )


class TextForm(forms.Form):
    """A text of the canon, as a file or pasted."""

    file = forms.FileField(
        label="File",
        required=False,
        help_text="toolbox.yaml, in UTF-8.",
        widget=forms.FileInput(attrs={"class": "input", "accept": ".yaml,.yml,text/yaml"}),
        allow_empty_file=True,
    )
    text = forms.CharField(
        label="Or its text",
        required=False,
        strip=False,
        max_length=LONGEST + 1,
        widget=forms.Textarea(attrs={"rows": 16, "class": "input mono", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        """Take the one that was given, with the ends of its lines as files have them."""
        given = super().clean() or {}
        file, text = given.get("file"), given.get("text", "")
        if self.errors:
            return given
        if (file is not None) == bool(text.strip()):
            raise forms.ValidationError("Give the file, or paste its text: one of them.")
        if file is not None:
            text = self._decoded(file.read(LONGEST_FILE + 1))
        return {"text": text.replace("\r\n", "\n")}

    def _decoded(self, content: bytes) -> str:
        if len(content) > LONGEST_FILE:
            raise forms.ValidationError(f"The file has more than {LONGEST_FILE:,} bytes.")
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as reason:
            raise forms.ValidationError("The file is not written in UTF-8.") from reason
