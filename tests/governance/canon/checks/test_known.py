"""What is looked for, from the canon."""

import pytest

from governance.canon.checks import known
from governance.canon.checks.findings import Rule
from governance.toolbox import reading
from tests.governance.canon import canons
from tests.governance.canon.checks.trees import KNOWN


@pytest.mark.parametrize("name", ["beautifulsoup4", "BeautifulSoup4", "bs4", "Lxml", "requests"])
def test_libraries_are_known_by_the_normal_form_of_their_names(name):
    assert KNOWN.package(name).rule is Rule.LIBRARY


@pytest.mark.parametrize("name", ["requests-oauthlib", "beautiful-soup-4", "lx.ml", "", "-"])
def test_another_package_is_another(name):
    assert KNOWN.package(name) is None


@pytest.mark.parametrize(
    ("name", "normal"), [("A__b.-c", "a-b-c"), ("zope.interface", "zope-interface")]
)
def test_names_are_normal_as_pep_503_says(name, normal):
    assert known.normal(name) == normal


def test_a_vendor_that_a_new_canon_bans_is_banned():
    text = canons.text(
        3, ("    Snov:\n", "    Apify:\n      reason: a\n      alternative: b\n    Snov:\n")
    )

    found = known.of(reading.read(text))

    assert KNOWN.host("api.apify.com").rule is Rule.TOOL
    assert found.host("api.apify.com").rule is Rule.VENDOR


def test_a_tool_that_the_canon_lists_no_more_is_unregistered():
    begin, _, rest = canons.text(3).partition("  TOOL-004:\n")
    text = begin + rest[rest.index("  TOOL-005:") :]

    found = known.of(reading.read(text))

    assert KNOWN.host("api.firecrawl.dev") is None and KNOWN.is_declared("api.firecrawl.dev")
    assert found.host("api.firecrawl.dev").rule is Rule.TOOL
    assert found.module("firecrawl").name == "firecrawl"


@pytest.mark.parametrize(
    ("host", "path", "is_there"),
    [
        ("hunter.io", "", True),
        ("api.hunter.io", "/v2", True),
        ("nothunter.io", "", False),
        ("maps.googleapis.com", "/maps/api/place/details", True),
        ("maps.googleapis.com", "/maps/api/geocode", False),
        ("maps.googleapis.com", "/maps/api/places", False),
    ],
)
def test_a_host_stands_for_those_below_it_and_goes_on_with_a_path(host, path, is_there):
    assert KNOWN.is_declared(host, path) is is_there


def test_the_canon_that_ships_is_what_is_looked_for():
    assert KNOWN.version == 2
    assert {sighting.name for sighting in KNOWN.patterns.values()} == {
        "bulk_enrichment",
        "llm_as_spine",
        "recursive_crawling",
        "scraping_linkedin_profiles",
    }
