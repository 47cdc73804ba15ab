"""What is asked of whoever tries a call."""

import pytest

from governance.forms.tries import TryForm
from governance.toolbox import reading
from tests.governance.canon import canons

CANON = reading.read(canons.text(2))
CALL = {"tool": "TOOL-011", "hub": "HUB-OUTREACH", "interaction": "WRITE"}


def sent(tool="TOOL-011", **given):
    return TryForm(CALL | {"tool": tool} | given, canon=CANON, tool=tool)


def test_each_fact_of_the_gates_has_a_field():
    form = sent()

    assert [name for name in form.fields if name.startswith("fact-")] == [
        "fact-bit_score",
        "fact-contact_verified",
        "fact-dnc_checked",
        "fact-contact_timezone",
    ]
    assert "bit_score &gt;= 75" in str(form) or "bit_score >= 75" in str(form)


@pytest.mark.parametrize("tool", ["TOOL-001", "TOOL-999", ""])
def test_a_tool_without_gates_asks_for_no_facts(tool):
    assert not [name for name in sent(tool).fields if name.startswith("fact-")]


def test_facts_are_read_as_what_they_are_and_what_is_empty_is_not_told():
    form = sent(
        **{
            "fact-bit_score": "80.5",
            "fact-contact_verified": "false",
            "fact-contact_timezone": "Asia/Tokyo",
        }
    )

    assert form.is_valid()
    assert form.gate_state == {
        "bit_score": 80.5,
        "contact_verified": False,
        "contact_timezone": "Asia/Tokyo",
    }


@pytest.mark.parametrize("text", ["eighty", "80,5", "1" * 200 + "x", "[" * 200])
def test_what_is_no_number_stays_a_text_for_the_guard_to_judge(text):
    form = sent(**{"fact-bit_score": text})

    assert form.is_valid()
    assert form.gate_state == {"bit_score": text}


def test_the_object_stands_over_the_fields():
    form = sent(**{"fact-bit_score": "80", "facts": '{"bit_score": "90", "vendor": "Clay"}'})

    assert form.is_valid()
    assert form.gate_state == {"bit_score": "90", "vendor": "Clay"}


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ("{", "This is not JSON."),
        ("[" * 15_000, "This is not JSON."),
        ("1" * 6_000, "This is not JSON."),
        ("[]", "not an object"),
        ("null", "not an object"),
        ("x" * 20_001, "at most 20000 characters"),
    ],
)
def test_what_is_no_object_is_refused(facts, said):
    assert said in str(sent(facts=facts).errors["facts"])


@pytest.mark.parametrize("clock", ["soon", "10000-01-01T00:00", "1969-12-31T00:00", "2100-01-01"])
def test_a_moment_that_some_zone_does_not_have_is_refused(clock):
    assert "clock" in sent(clock=clock).errors


@pytest.mark.parametrize("missing", ["tool", "hub", "interaction"])
def test_a_call_names_tool_hub_and_interaction(missing):
    assert missing in sent(**{missing: ""}).errors
