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
