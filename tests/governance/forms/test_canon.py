"""What is asked of whoever acts on the canon."""

import pytest

from governance.forms.canon import ReasonForm, StopForm
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
