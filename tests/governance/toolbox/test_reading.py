"""The text of the canon: what it says, and every mistake by file, line and field."""

import hashlib

import pytest
import yaml

from governance.canon.guard import InteractionType, ToolTier
from governance.reference import sync
from governance.toolbox import reading
from tests.governance.canon import thespec

SHIPPED = sync.TOOLBOX.read_text()
CANON = reading.read(SHIPPED)


def problems(text: str) -> list[str]:
    with pytest.raises(reading.CanonUnread) as unread:
        reading.read(text)
    assert str(unread.value).splitlines() == [
        f"toolbox.yaml, {one}" for one in unread.value.problems
    ]
    return [str(one) for one in unread.value.problems]


def line_of(words: str, text: str = SHIPPED) -> int:
    return text[: text.index(words)].count("\n") + 1


def test_the_shipped_text_has_the_tools_of_the_tables():
    found = {
        tool.id: (tool.name, tool.tier.value, set(tool.hubs), tool.interaction.value)
        for tool in CANON.tools.values()
    }

    assert found == thespec.TOOLS


@pytest.mark.parametrize(
    ("tool", "limits", "cost", "cap", "backoff", "cache"),
    [
        ("TOOL-001", "50/s 50000/day", "0/call", None, "linear 100ms 2", 24),
        ("TOOL-002", "1/2s/domain 10000/day", "0/call", None, "exponential 2000ms 2", 168),
        ("TOOL-003", "30/min 1000/day", "0/call", None, "exponential 2000ms 2", 168),
        ("TOOL-004", "100/min 500/month", "0/call", None, "exponential 1000ms 3", None),
        ("TOOL-005", "10/s 100000/month", "0.001/call", 100, "exponential 2000ms 3", None),
        ("TOOL-006", "10/s 1000/day", "0.017/call", 50, "exponential 1000ms 3", 720),
        ("TOOL-007", "60/min", "30/month", None, "exponential 1000ms 3", None),
        ("TOOL-008", "10/s 1000/month", "0.008/call", 100, "exponential 1000ms 2", None),
        ("TOOL-009", "60/min 2000/month", "0.005/call", 100, "exponential 1000ms 2", None),
        ("TOOL-010", "50/s 10000/month", "0.004/call", 50, "linear 500ms 2", 2160),
        ("TOOL-011", "10/once 100/day", "0.07/minute", 200, "fixed 5000ms 1", None),
    ],
)
def test_the_shipped_text_has_the_limits_of_the_tables(tool, limits, cost, cap, backoff, cache):
    found = CANON.tools[tool]
    units = {"second": "s", "minute": "min", "at once": "once"}

    def written(limit):
        every = limit.every if limit.every > 1 else ""
        each = f"/{limit.each}" if limit.each else ""
        return f"{limit.calls}/{every}{units.get(limit.unit.value, limit.unit.value)}{each}"

    assert " ".join(map(written, found.limits)) == limits
    assert f"{found.cost.dollars}/{found.cost.per}" == cost
    assert found.monthly_cap == cap
    milliseconds = round(found.backoff.first.total_seconds() * 1000)
    assert f"{found.backoff.growth} {milliseconds}ms {found.backoff.tries}" == backoff
    assert (found.cache and found.cache.total_seconds() / 3600) == cache


def test_what_costs_or_calls_by_name_has_a_key_and_what_is_free_has_none():
    keys = {tool.id: tool.api_key_env for tool in CANON.tools.values()}

    assert [id for id, key in keys.items() if not key] == ["TOOL-001", "TOOL-002", "TOOL-003"]
    assert len(set(keys.values())) == 9


def test_the_shipped_text_bans_what_the_tables_do_each_with_a_way_out():
    found = {kind: {ban.name for ban in bans.values()} for kind, bans in CANON.bans.items()}

    assert found == {
        "vendor": set(thespec.VENDORS),
        "library": set(thespec.LIBRARIES),
        "pattern": set(thespec.PATTERNS),
    }
    assert all(ban.reason and ban.alternative for ban in CANON.all_bans.values())


def test_the_shipped_text_knows_the_hubs_of_the_console_by_their_names():
    rows = yaml.safe_load((sync.HERE / "hubs.yaml").read_text())

    assert {id: hub.name for id, hub in CANON.hubs.items()} == {
        row["id"]: row["name"] for row in rows
    }
    assert [id for id, hub in CANON.hubs.items() if hub.closed] == ["HUB-DOL"]


def test_slugs_are_stable_and_people_are_asked_for_calls_alone():
    assert [tool.slug for tool in CANON.tools.values()] == [
        "mx-lookup",
        "smtp-check",
        "linkedin-check",
        "firecrawl",
        "scraper-api",
        "google-places",
        "composio-router",
        "hunter-enricher",
        "apollo-enricher",
        "email-verifier",
        "retell-caller",
    ]
    assert CANON.tools_with_approval == {"TOOL-011"} and not CANON.hubs_with_approval
    assert str(CANON.calling_hours) == "09:00-20:00"


def test_a_canon_knows_the_digest_of_its_text():
    assert CANON.sha256 == hashlib.sha256(SHIPPED.encode()).hexdigest()
    assert CANON.version == 2
    assert CANON.tools["TOOL-011"].tier is ToolTier.TIER_2
    assert CANON.tools["TOOL-011"].interaction is InteractionType.WRITE


@pytest.mark.parametrize(
    ("before", "after", "field", "said"),
    [
        ("version: 2", "version: two", "version", "“two” is not written as a whole number from 1."),
        ('opens: "09:00"', "opens: 9", "calling_hours.opens", "“9” is not written as “09:00”."),
        (
            'closes: "20:00"',
            'closes: "08:00"',
            "calling_hours.closes",
            "It is not after 09:00, when they open.",
        ),
        (
            "mx_present: yes or no",
            "mx_present: maybe",
            "facts.mx_present",
            "“maybe” is not written as yes or no or number or attempts or time zone or text.",
        ),
        (
            "tools: [TOOL-011]",
            "tools: [TOOL-012]",
            "human_approval.tools[0]",
            "There is no TOOL-012 in this file.",
        ),
        ("software: dnspython", "software:", "tools.TOOL-001.software", "Nothing stands here."),
        (
            "    slug: smtp-check",
            "    slug: mx-lookup",
            "tools.TOOL-002.slug",
            "“mx-lookup” is the slug of TOOL-001 already.",
        ),
        (
            "hubs: [HUB-BLOG-001]",
            "hubs: [HUB-BLOG]",
            "tools.TOOL-004.hubs[0]",
            "There is no hub HUB-BLOG.",
        ),
        (
            "hubs: [HUB-BLOG-001]",
            "hubs: [HUB-DOL]",
            "tools.TOOL-004.hubs[0]",
            "HUB-DOL may use no tool: It works on federal data alone.",
        ),
        (
            "hubs: [HUB-BLOG-001]",
            "hubs: []",
            "tools.TOOL-004.hubs",
            "It needs at least one.",
        ),
        (
            "hubs: [HUB-BLOG-001]",
            "hubs: HUB-BLOG-001",
            "tools.TOOL-004.hubs",
            "Here stands a single value, not a list.",
        ),
        (
            "      - slot_unfilled is true",
            "      - slot_filled is true",
            "tools.TOOL-009.gates[0]",
            "There is no fact slot_filled.",
        ),
        (
            "      - slot_unfilled is true",
            "      - slot_unfilled >= 1",
            "tools.TOOL-009.gates[0]",
            "slot_unfilled is yes or no, and this asks for number.",
        ),
        (
            "    software: httpx",
            "    software: requests",
            "tools.TOOL-003.software",
            "requests is banned: It waits for ever unless told otherwise, and cannot be awaited.",
        ),
        (
            "      also: [Snov.io]",
            "      also: [zoominfo]",
            "banned.vendors.Snov.also[0]",
            "“zoominfo” is banned already, as ZoomInfo.",
        ),
        (
            "    tier: 0\n    hubs: [HUB-COMPANY-TARGET, HUB-PEOPLE]",
            "    teir: 0\n    tier: 0\n    hubs: [HUB-COMPANY-TARGET, HUB-PEOPLE]",
            "tools.TOOL-001.teir",
            (
                "There is no such field. Known: slug, name, software, tier, interaction, cost, backoff, "
                "hubs, limits, monthly_cap, cache, api_key_env, gates."
            ),
        ),
    ],
)
def test_a_mistake_is_named_by_line_and_field(before, after, field, said):
    assert before in SHIPPED
    text = SHIPPED.replace(before, after, 1)

    assert f"line {line_of(before)}, {field}: {said}" in problems(text)


def test_a_field_that_is_missing_and_one_that_stands_twice_are_named():
    without = SHIPPED.replace("    cost: free\n", "", 1)
    twice = SHIPPED.replace("    name: MXLookup\n", "    name: MXLookup\n    name: Other\n")
    line = line_of("    name: Other", twice)

    assert problems(without) == [
        f"line {line_of('    slug: mx-lookup')}, tools.TOOL-001: The field cost is missing."
    ]
    assert problems(twice) == [
        f"line {line}, tools.TOOL-001.name: It stands on line {line - 1} already."
    ]


def test_all_mistakes_are_named_at_once_in_the_order_of_their_lines():
    text = (
        SHIPPED.replace("tier: 1", "tier: 9", 1)
        .replace("version: 2", "version: 0")
        .replace("per month", "a month", 1)
    )

    found = problems(text)

    assert [one.partition(":")[0].partition(", ")[2] for one in found] == [
        "version",
        "tools.TOOL-004.tier",
        "tools.TOOL-004.limits[1]",
    ]


def test_a_tool_of_tier_2_without_gates_loads():
    text = SHIPPED.replace(
        "    gates:\n      - bit_score", "    gates: []\n    was:\n      - bit_score"
    )
    gates, _, _ = text.partition("    was:")
    _, _, rest = text.partition("calling hours\n\n")

    canon = reading.read(f"{gates}\n{rest}")

    assert canon.tools["TOOL-011"].gates == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: Nothing stands here."),
        ("a: [\n", "line 2: expected the node content, but found '<stream end>'."),
        ("- 1\n", "line 1: Here stands a list, not fields with values."),
        ("a: 1\nb: \x00\n", "line 2: A letter that nobody can see stands here."),
        ("a: 1\n---\nb: 2\n", "line 2: but found another document."),
        ("[" * 5000, "line 1: Lists and fields lie too deep in each other."),
        ("a" * 100_001, "line 1: It has more than 100,000 characters."),
        ("? [a, b]\n: 1\n", "line 1: A field has a single word as its name."),
    ],
)
def test_what_is_no_canon_at_all_is_refused(text, said):
    assert said in problems(text)


def test_of_many_mistakes_the_first_are_named_and_the_rest_counted():
    found = problems("".join(f"a{number}: 1\n" for number in range(300)))

    assert len(found) == 201
    assert found[-1] == "line 194: 107 more mistakes from here on."
