"""A report as a Markdown file."""

import json
import re

import pytest

from governance.reports import markdown
from tests.governance.reports.reported import begun, reported


@pytest.mark.django_db
def test_the_markdown_has_every_section_of_the_seed():
    found = reported(begun())

    text = markdown.render(found)

    heads = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert heads == [
        "Executive summary",
        "Promotion readiness delta",
        "Actions taken",
        "Why NOT_READY records remain",
        "Compliance statement",
        "Audit trail summary",
        "Recommendations",
    ]
    assert "| **Total** | 4 |" in text
    assert text.count("- [x] ") == 6
    entries = json.loads(text.split("```json\n")[1].split("\n```")[0])
    assert entries == found["sample"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("dol_errors_parked", "DOL errors parked"),
        ("ct_errors_retried", "CT errors retried"),
        ("ct_reset_to_pending", "CT records reset to pending"),
        ("url_errors_given_ttl", "URL errors given ttl"),
        ("something_else", "Something else"),
    ],
)
def test_counts_are_named_in_words(name, words):
    assert markdown.label(name) == words


def test_tiers_are_listed_with_their_difference():
    body = {"tiers": {"before": {"NOT_READY": 5}, "after": {"NOT_READY": 3, "TIER_0": 2}}}

    assert markdown.tier_rows(body) == [("NOT_READY", 5, 3, -2), ("TIER_0", 0, 2, 2)]


def test_reasons_for_not_being_ready_say_how_many_are_blocked():
    body = {"not_ready": {"ct_failed": 4000, "no_ct_record": 1}, "not_ready_blocked": 1500}

    assert markdown.not_ready_rows(body) == [
        ("CT execution_status = 'failed'", 4000, "1,500 have blocking errors"),
        ("No CT record", 1, "Needs pipeline to create"),
    ]


@pytest.mark.django_db
def test_what_would_break_a_table_or_ends_early_is_written_as_text():
    found = reported(begun())
    found["actions"] = {"a|b\nc": 1200}
    found["run"] |= {"state": "cancelled", "note": "Cancelled by ops.", "os_user": "root"}
    found["recommendations"] = []

    text = markdown.render(found)

    assert "| A\\|b c | 1,200 |" in text
    assert "**Ended**: cancelled. Cancelled by ops." in text
    assert "(OS user root)" in text
    assert "Nothing is left to do." in text


@pytest.mark.django_db
def test_unreconciled_totals_are_said_at_the_top_and_in_the_summary():
    found = reported(begun()) | {"reconciled": False, "differences": ["One is missing."]}

    text = markdown.render(found)

    assert text.index("**Totals**: UNRECONCILED") < text.index("## Executive summary")
    assert "**UNRECONCILED**\n\n- One is missing." in text
