"""The canon in force by the API."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.models import CanonVersion
from governance.services.canon.versions import NOW
from governance.toolbox import reading
from tests import make
from tests.callers import Caller
from tests.governance.canon import canons
from tests.governance.queries.canon.test_kept import enforced
from tests.governance.queries.canon.test_tools import stopped

pytestmark = pytest.mark.django_db
CANON, TOOLS = "/api/canon/", "/api/canon/tools/"


@pytest.fixture
def analyst() -> Caller:
    return Caller(make.analyst())


def test_the_version_in_force_is_named_with_its_digest(analyst):
    version = enforced(canons.text(3))

    said = analyst.get(CANON).json()

    assert (said["version"], said["sha256"]) == (3, version.sha256)
    assert said["enforced_by"] == version.enforced_by.username
    assert said["calling_hours"] == {"opens": "09:00", "closes": "20:00"}
    assert said["hubs"]["HUB-DOL"] == "DOL Filings"


def test_each_tool_is_listed_in_the_words_of_the_canon(analyst):
    said = analyst.get(TOOLS).json()

    assert (len(said["results"]), said["next"], said["previous"]) == (11, None, None)
    tool = said["results"][7]
    assert tool == {
        "id": "TOOL-008",
        "slug": "hunter-enricher",
        "name": "HunterEnricher",
        "software": "Hunter.io API",
        "tier": 2,
        "hubs": ["HUB-COMPANY-TARGET", "HUB-PEOPLE"],
        "interaction": "ENRICH",
        "gates": ["domain_verified is true", "mx_present is true", "pattern_attempts < 1"],
        "approval": "",
        "limits": ["10 per second", "1000 per month"],
        "cost": "0.008 USD a call",
        "monthly_cap": "100 USD",
        "backoff": "exponential 1 s, 2 tries",
        "cache": "",
        "api_key_env": "HUNTER_API_KEY",
        "stopped": None,
    }


def test_what_is_stopped_says_why(analyst):
    stopped()

    by_slug = {tool["slug"]: tool["stopped"] for tool in analyst.get(TOOLS).json()["results"]}
    assert (by_slug["firecrawl"], by_slug["mx-lookup"]) == ("It misbehaves.", None)

    stopped("")

    assert all(tool["stopped"] for tool in analyst.get(TOOLS).json()["results"])


def test_the_list_costs_the_same_queries_however_much_is_stopped(analyst):
    analyst.get(TOOLS)
    with CaptureQueriesContext(connection) as none:
        analyst.get(TOOLS)
    for slug in ("firecrawl", "scraper-api", "mx-lookup", ""):
        stopped(slug)
    analyst.get(TOOLS)

    with CaptureQueriesContext(connection) as many:
        analyst.get(TOOLS)

    assert len(none) == len(many)


@pytest.mark.parametrize("address", [CANON, TOOLS])
def test_a_canon_that_this_console_does_not_understand_is_a_problem(analyst, address):
    text = canons.text(3, ("tier: 0", "tier: 9"))
    CanonVersion.objects.create(
        version=3,
        sha256=reading.digest(text),
        text=text,
        enforced_at=NOW,
        enforced_by=make.manager(),
    )

    answer = analyst.get(address)

    assert answer.status_code == 503
    assert "does not understand the canon in force" in answer.json()["detail"]
