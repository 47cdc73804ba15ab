"""What is asked of whoever acts on the canon."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from governance.forms.canon import EnforceForm, ReasonForm, StopForm, TextForm
from governance.toolbox import reading
from outreach_admin.db.limits import PROSE
from tests.governance.canon import canons

TOOLS = reading.read(canons.text(2)).tools.values()


@pytest.mark.parametrize("reason", ["", "  \n ", "x" * (PROSE + 1), "nul \0"])
def test_a_reason_that_cannot_be_kept_is_refused(reason):
    assert not ReasonForm({"reason": reason}).is_valid()


@pytest.mark.parametrize(("sent", "slug"), [("*", ""), ("firecrawl", "firecrawl")])
def test_one_tool_or_all_are_stopped(sent, slug):
    form = StopForm({"tool": sent, "reason": "It misbehaves."}, tools=TOOLS)

    assert form.is_valid()
    assert form.cleaned_data == {"tool": slug, "reason": "It misbehaves."}


@pytest.mark.parametrize("sent", ["", "no-such-tool", "TOOL-004"])
def test_what_is_no_tool_is_refused(sent):
    form = StopForm({"tool": sent, "reason": "It misbehaves."}, tools=TOOLS)

    assert "tool" in form.errors


def test_tools_are_offered_by_id_after_all_of_them():
    form = StopForm(tools=TOOLS)

    labels = [label for _, label in form.fields["tool"].choices]
    assert labels[:2] == ["All tools", "TOOL-001 MXLookup"] and len(labels) == 12


def read(text="", file=None):
    """The form as it reads a text or the content of a file."""
    files = {} if file is None else {"file": SimpleUploadedFile("toolbox.yaml", file)}
    return TextForm({"text": text}, files)


@pytest.mark.parametrize(
    "form",
    [
        read("version: 3\r\nhubs:\r\n"),
        read(file=b"version: 3\nhubs:\n"),
        read(file=b"\xef\xbb\xbfversion: 3\r\nhubs:\r\n"),
    ],
)
def test_a_text_is_read_the_same_from_a_field_and_from_a_file(form):
    assert form.is_valid()
    assert form.cleaned_data == {"text": "version: 3\nhubs:\n"}


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (read(), "Give the file, or paste its text: one of them."),
        (read("version: 3", b"version: 3"), "one of them"),
        (read(file=b"\xff\xfe"), "not written in UTF-8"),
        (read(file=b"x" * 400_001), "more than 400,000 bytes"),
        (read("nul \0"), "Null characters"),
        (read("x" * 100_002), "at most 100001 characters"),
    ],
)
def test_what_is_no_text_is_refused(form, said):
    assert said in str(form.errors)


@pytest.mark.parametrize("number", ["-1", "x", "1e400", str(2**31)])
def test_what_is_no_number_of_a_version_is_refused(number):
    assert "instead_of" in EnforceForm({"reason": "Reviewed.", "instead_of": number}).errors
