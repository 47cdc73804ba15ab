"""What one text of the canon says otherwise than another."""

import pytest

from governance.toolbox import differences, reading
from governance.toolbox.differences import Change, Kind
from tests.governance.canon import canons


def changes(*edits):
    """What a text with these words in place of others changes of the shipped one."""
    return differences.between(reading.read(canons.text(2)), reading.read(canons.text(3, *edits)))


@pytest.mark.parametrize(
    ("edit", "entry", "field", "before", "after"),
    [
        (
            ("50 per second", "40 per second"),
            "TOOL-001 MXLookup",
            "limits",
            "50 per second; 50000 per day",
            "40 per second; 50000 per day",
        ),
        (
            ("monthly_cap: 100 USD", "monthly_cap: 90 USD"),
            "TOOL-005 ScraperAPI",
            "monthly cap",
            "100 USD",
            "90 USD",
        ),
        (
            ("cache: 24 hours", "cache: 36 hours"),
            "TOOL-001 MXLookup",
            "cache",
            "1 day",
            "36 hours",
        ),
        (
            ("bit_score >= 75", "bit_score >= 80"),
            "TOOL-011 RetellCaller",
            "gates",
            (
                "bit_score >= 75; contact_verified is true; dnc_checked is true; "
                "contact_timezone within calling hours"
            ),
            (
                "bit_score >= 80; contact_verified is true; dnc_checked is true; "
                "contact_timezone within calling hours"
            ),
        ),
        (
            ('closes: "20:00"', 'closes: "19:00"'),
            "Calling hours",
            "hours",
            "09:00-20:00",
            "09:00-19:00",
        ),
        (
            ("  hubs: []", "  hubs: [HUB-OUTREACH]"),
            "Human approval",
            "hubs",
            "none",
            "HUB-OUTREACH",
        ),
        (
            ("name: Blog Content", "name: Blog"),
            "HUB-BLOG-001",
            "name",
            "Blog Content",
            "Blog",
        ),
        (
            ("also: [Clay.com]", "also: [Clay.com, Clay.run]"),
            "Banned vendor Clay",
            "other names",
            "Clay.com",
            "Clay.com, Clay.run",
        ),
    ],
)
def test_a_changed_value_is_told_with_the_old_and_the_new_one(edit, entry, field, before, after):
    assert changes(edit) == [Change(Kind.CHANGED, entry, field, before, after)]


def test_an_added_entry_is_told_whole():
    added = changes(("  pattern: text", "  pattern: text\n  mood: text"))

    assert added == [Change(Kind.ADDED, "Fact mood", "", "", "kind: text")]


def test_a_removed_entry_is_told_whole():
    _, _, from_there = canons.text(2).partition("    selenium:")
    entry, _, _ = from_there.partition("    requests:")

    (removed,) = changes((f"    selenium:{entry}", ""))

    assert (removed.kind, removed.entry) == (Kind.REMOVED, "Banned library selenium")
    assert removed.before.startswith("name: selenium; reason: A whole browser")


def test_a_renumbered_tool_is_the_same_tool_with_another_id():
    renumbered = changes(("TOOL-001:", "TOOL-099:"))

    assert renumbered == [Change(Kind.CHANGED, "TOOL-099 MXLookup", "id", "TOOL-001", "TOOL-099")]


def test_a_tool_that_came_and_one_that_went_are_both_told():
    found = changes(("slug: mx-lookup", "slug: mx-asker"))

    assert [(one.kind, one.entry) for one in found] == [
        (Kind.ADDED, "TOOL-001 MXLookup"),
        (Kind.REMOVED, "TOOL-001 MXLookup"),
    ]


def test_comments_and_numbers_of_versions_are_no_difference():
    assert changes(("# Tier 0: free", "# Nothing to pay")) == []
