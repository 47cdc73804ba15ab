"""The steps of an evaluation, on a canon made for the test."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from governance.canon.steps import STEPS, Question
from governance.queries.canon.current import InForce
from governance.reference.sync import TOOLBOX
from governance.toolbox import reading
from governance.toolbox.entries import InteractionType

NOON = datetime(2026, 2, 2, 12, tzinfo=UTC)
SHIPPED = Path(TOOLBOX).read_text()
GATES = """    gates:
      - slot_unfilled is true
      - company_target_pass is true
      - enrichment_attempts < 1
"""
WITHOUT_GATES = SHIPPED.replace(GATES, "")
FOR_A_HUB = SHIPPED.replace("hubs: []", "hubs: [HUB-BLOG-001]")


def answers(
    text: str, tool: str, hub: str, kind: str, stops=None, **facts
) -> list[tuple[str, str]]:
    """The name of each step that refuses, and the code that it gives."""
    canon = reading.read(text)
    found = canon.tools.get(tool)
    question = Question(
        InForce(canon, stops or {}),
        tool,
        hub,
        InteractionType(kind),
        facts,
        None,
        NOON,
        found,
    )
    for step in STEPS:
        if refusal := step.refuse(question):
            return [(step.name, refusal.code or refusal.said)]
    return []


def test_a_tool_of_tier_2_without_gates_is_refused_whatever_is_told():
    asked = ("TOOL-009", "HUB-PEOPLE", "ENRICH")

    assert answers(WITHOUT_GATES, *asked) == [("Tier", "V-SCOPE-003")]
    assert answers(WITHOUT_GATES, *asked, bit_score="80") == [("Tier", "V-SCOPE-003")]


def test_a_hub_may_need_the_agreement_of_a_person_for_all_its_calls():
    asked = ("TOOL-004", "HUB-BLOG-001", "READ")

    assert answers(SHIPPED, *asked) == []
    assert answers(FOR_A_HUB, *asked) == [("Human approval", "V-GATE-002")]


@pytest.mark.parametrize(
    ("tool", "stops", "said"),
    [
        (
            "TOOL-004",
            {"firecrawl": "It bills twice."},
            "TOOL-004 Firecrawl is stopped: It bills twice.",
        ),
        ("TOOL-004", {"": "Audit."}, "All tools are stopped: Audit."),
        ("TOOL-999", {"": "Audit."}, "All tools are stopped: Audit."),
    ],
)
def test_a_stop_comes_before_every_rule(tool, stops, said):
    assert answers(SHIPPED, tool, "HUB-NONE", "WRITE", stops) == [("Kill switches", said)]


def test_a_stop_of_another_tool_stops_none():
    asked = ("TOOL-004", "HUB-BLOG-001", "READ", {"scraper-api": "It bills twice."})

    assert answers(SHIPPED, *asked) == []


def test_a_closed_hub_says_why():
    canon = InForce(reading.read(SHIPPED), {})
    tool = canon.canon.tools["TOOL-004"]
    asked = ("TOOL-004", "HUB-DOL", InteractionType.READ, {}, None, NOON, tool)

    refusal = {step.name: step.refuse for step in STEPS}["Hub"](Question(canon, *asked))

    assert refusal.said == "HUB-DOL may use no tool. It works on federal data alone."
