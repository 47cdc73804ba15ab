"""Whole modules: read in their encoding, or named as unreadable."""

import pytest

from governance.canon.checks.code import modules
from outreach_admin.disk import sources
from tests.governance.canon.checks.trees import KNOWN, in_code


def test_a_module_is_read_in_the_encoding_that_it_names():
    read = modules.check(b"# coding: latin-1\nx = '\xe9'; import lxml\n", KNOWN)

    [finding] = read.findings
    assert (finding.line, finding.column, read.lines) == (2, 17, 3)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"x = '\xe9'\n", sources.NOT_UTF8),
        (b"import lxml\nprint 'x'\n", "is not Python: "),
        (b"x = '\x00'", "is not Python: "),
        (b"x = " + b"(" * 50_000, ""),
    ],
)
def test_what_cannot_be_read_is_a_finding_with_its_reason(data, reason):
    [finding] = modules.check(data, KNOWN).findings

    assert finding.rule == "unreadable"
    assert finding.said.startswith(reason) and finding.said


def test_a_very_long_sum_is_checked_or_named():
    text = "import lxml\nx = " + "+".join(["'a'"] * 5_000)

    assert {rule for _, _, rule, _ in in_code(text)} <= {"banned-import", "unreadable"}
    assert in_code(text)


def test_what_stands_in_its_own_source_and_in_the_canon_is_no_finding():
    """The first checks matched themselves: their lists of banned names were strings, as these are."""
    text = "BANNED = ['lxml', 'requests', 'ZoomInfo']\nURL = 'zoominfo.com'\nMODULES = ('bs4',)\n"

    assert in_code(text) == []
