"""An independent reading of the canon's tables: plain data and the plainest code that judges a call by them."""

import math
from datetime import UTC, datetime
from decimal import Decimal

from governance.canon.guard import InteractionType, ToolCanonGuard

NOON = datetime(2026, 2, 2, 12, tzinfo=UTC)
CT, PEOPLE, TALENT = "HUB-COMPANY-TARGET", "HUB-PEOPLE", "HUB-TALENT-FLOW"
BLOG, OUTREACH, DOL = "HUB-BLOG-001", "HUB-OUTREACH", "HUB-DOL"
HUBS = ("HUB-COMPANY-LIFECYCLE", CT, DOL, PEOPLE, TALENT, BLOG, OUTREACH, "HUB-NEW", "")
# id: name, tier, hubs, interaction
TOOLS = {
    "TOOL-001": ("MXLookup", 0, {CT, PEOPLE}, "VALIDATE"),
    "TOOL-002": ("SMTPCheck", 0, {PEOPLE, CT}, "VALIDATE"),
    "TOOL-003": ("LinkedInCheck", 0, {CT, PEOPLE, TALENT}, "VALIDATE"),
    "TOOL-004": ("Firecrawl", 1, {BLOG}, "READ"),
    "TOOL-005": ("ScraperAPI", 1, {BLOG}, "READ"),
    "TOOL-006": ("GooglePlaces", 1, {CT}, "VALIDATE"),
    "TOOL-007": ("ComposioRouter", 1, {OUTREACH}, "WRITE"),
    "TOOL-008": ("HunterEnricher", 2, {CT, PEOPLE}, "ENRICH"),
    "TOOL-009": ("ApolloEnricher", 2, {PEOPLE}, "ENRICH"),
    "TOOL-010": ("EmailVerifier", 2, {PEOPLE}, "VALIDATE"),
    "TOOL-011": ("RetellCaller", 2, {OUTREACH}, "WRITE"),
}
TRUTHS = {
    "TOOL-008": ("domain_verified", "mx_present"),
    "TOOL-009": ("slot_unfilled", "company_target_pass"),
    "TOOL-010": ("email_generated", "email_format_valid"),
    "TOOL-011": ("contact_verified", "dnc_checked"),
}
ATTEMPTS = {
    "TOOL-008": "pattern_attempts",
    "TOOL-009": "enrichment_attempts",
    "TOOL-010": "verification_attempts",
}
VENDORS = (
    "ZoomInfo",
    "Lusha",
    "Seamless.AI",
    "LinkedIn Sales Navigator",
    "Diffbot",
    "Clearbit",
    "Clay",
    "Prospeo",
    "Snov",
)
LIBRARIES = ("selenium", "requests", "lxml", "scrapy", "beautifulsoup4")
PATTERNS = (
    "bulk_enrichment",
    "llm_as_spine",
    "recursive_crawling",
    "scraping_linkedin_profiles",
)
# where it is this hour when it is noon in Greenwich
HOURS = {
    "UTC": 12,
    "Asia/Tokyo": 21,
    "America/Los_Angeles": 4,
    "America/New_York": 7,
    "Europe/Berlin": 13,
    "Asia/Kolkata": 17,
}
TRUE_OR_FALSE = {name for names in TRUTHS.values() for name in names}
WHOLE = set(ATTEMPTS.values())
SEVERITIES = {
    "V-TOOL-001": ("CRITICAL", "PARK"),
    "V-TOOL-002": ("CRITICAL", "PARK"),
    "V-TOOL-003": ("HIGH", "RETRY"),
    "V-TYPE-001": ("HIGH", "PARK"),
    "V-TYPE-002": ("MEDIUM", "RETRY"),
    "V-TYPE-003": ("LOW", "IGNORE"),
    "V-SCOPE-001": ("CRITICAL", "PARK"),
    "V-SCOPE-002": ("HIGH", "PARK"),
    "V-SCOPE-003": ("HIGH", "PARK"),
    "V-GATE-001": ("CRITICAL", "PARK"),
    "V-GATE-002": ("CRITICAL", "PARK"),
    "V-GATE-003": ("HIGH", "ARCHIVE"),
}


def guard() -> ToolCanonGuard:
    """One whose clock stands at noon."""
    return ToolCanonGuard(clock=lambda: NOON)


def code(tool: str, hub: str, interaction: str, state: dict, **given) -> str | None:
    """What the guard answers."""
    asked = (tool, hub, InteractionType(interaction), state)
    result = guard().validate(*asked, **given)
    assert result.stopped is None
    assert result.is_valid is (result.violation is None)
    return result.violation.violation_code if result.violation else None


def expected(tool: str, hub: str, interaction: str, state: dict) -> str | None:
    """What the tables say, while nobody has agreed to anything and no attempt is known."""
    if names_a_ban(tool, state):
        return "V-TOOL-002"
    if tool not in TOOLS:
        return "V-TOOL-001"
    _, tier, hubs, kind = TOOLS[tool]
    if hub not in hubs:
        return "V-SCOPE-001"
    if interaction != kind:
        return "V-TYPE-001"
    if any(is_wrong(name, value) for name, value in state.items()):
        return "V-GATE-001"
    return of_gates(tool, state) if tier == 2 else None


def of_gates(tool: str, state: dict) -> str | None:
    attempts = state.get(ATTEMPTS.get(tool))
    if attempts is not None and attempts >= 1:
        return "V-GATE-003"
    if not all(state.get(name) is True for name in TRUTHS[tool]):
        return "V-GATE-001"
    if tool != "TOOL-011":
        return None
    score, zone = state.get("bit_score"), state.get("contact_timezone")
    is_day = zone is not None and 9 <= HOURS[zone] < 20
    return "V-GATE-002" if score is not None and score >= 75 and is_day else "V-GATE-001"


def names_a_ban(tool: str, state: dict) -> bool:
    plain = {"vendor": VENDORS, "library": LIBRARIES, "pattern": PATTERNS}
    pairs = [(state.get(kind), names) for kind, names in plain.items()]
    pairs += [(tool, names) for names in plain.values()]
    return any(value in names for value, names in pairs if isinstance(value, str))


def is_wrong(name: str, value: object) -> bool:
    """Whether a fact of the tables is not of its kind."""
    if value is None:
        return False
    if name in TRUE_OR_FALSE:
        return not isinstance(value, bool)
    if name in WHOLE:
        return not is_number(value) or value < 0 or value != int(value)
    if name == "bit_score":
        return not is_number(value)
    if name == "contact_timezone":
        return not isinstance(value, str) or value not in HOURS
    if name in ("vendor", "library", "pattern"):
        return not isinstance(value, str)
    return False


def is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return False
    return not isinstance(value, float | Decimal) or math.isfinite(value)
