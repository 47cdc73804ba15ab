"""Banned ways of working, by name."""

import pytest

from tests.governance.canon.checks.trees import in_code


@pytest.mark.parametrize(
    ("text", "line", "column", "name"),
    [
        ("def bulk_enrichment(): ...", 1, 5, "bulk_enrichment"),
        ("class BulkEnrichment: ...", 1, 7, "bulk_enrichment"),
        ("async def llm_as_spine(): ...", 1, 11, "llm_as_spine"),
        ("import app\napp.recursive_crawling(1)", 2, 5, "recursive_crawling"),
        ("from app.recursive_crawling import crawl", 1, 10, "recursive_crawling"),
        ("from app import scraping_linkedin_profiles as s", 1, 17, "scraping_linkedin_profiles"),
    ],
)
def test_what_bears_the_name_of_a_banned_pattern_is_found(text, line, column, name):
    assert in_code(text) == [(line, column, "banned-pattern", name)]


@pytest.mark.parametrize(
    "text",
    [
        "def test_bulk_enrichment_is_refused(): ...",
        "check_pattern('bulk_enrichment')",
        "x = {'pattern': 'bulk_enrichment'}",
        "# bulk_enrichment()",
    ],
)
def test_what_only_speaks_of_one_is_not_found(text):
    assert in_code(text) == []
