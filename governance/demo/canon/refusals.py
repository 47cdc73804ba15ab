"""What was refused: the guard's own words about calls of each kind, and what became of the cases."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone

from governance.demo import population
from governance.demo.canon import cast, requests
from governance.demo.canon.requests import Calls
from governance.models import Event, ViolationCase
from governance.services.canon import audit, violations
from governance.services.canon.violations import Seen
from governance.toolbox import codes
from governance.toolbox.entries import InteractionType

TARGET, PEOPLE, BLOG = "HUB-COMPANY-TARGET", "HUB-PEOPLE", "HUB-BLOG-001"
HUNTER = {"domain_verified": True, "mx_present": True}
APOLLO = {"slot_unfilled": True, "company_target_pass": True}
VERIFIER = {"email_generated": True, "email_format_valid": True}
NIGHT = 3
# what was recorded is in the history from then on; the audit comes by every hour
MOVED = """
WITH told AS (
    SELECT v.id, CASE WHEN v.actor = 'system'
        THEN least(date_trunc('hour', v.at, 'UTC') + interval '1 hour', %(until)s) ELSE v.at END AS at
    FROM governance_violation v),
seen AS (
    UPDATE governance_violationcase c SET updated_at = t.at FROM told t WHERE t.id = c.id)
UPDATE governance_event e SET at = t.at FROM told t
WHERE e.subject_type = 'governance.violation' AND e.subject_key = t.id::text"""


class Tried(NamedTuple):
    """A call that the guard refuses, and how many hours ago it was tried."""

    tool_id: str
    hub_id: str
    interaction: str
    facts: Mapping[str, Any]
    hours: Sequence[float]


TRIED = (
    Tried("TOOL-008", TARGET, "ENRICH", HUNTER | {"domain_verified": False}, (0.4, 2.6, 21, 47, 96, 190, 262)),
    Tried("TOOL-008", TARGET, "ENRICH", HUNTER | {"mx_present": "yes"}, (3.1, 28, 171)),
    Tried("TOOL-008", TARGET, "ENRICH", HUNTER | {"pattern_attempts": 1}, (0.2, 1.1, 4.2, 19, 26, 52, 75, 118, 240)),
    Tried("TOOL-009", PEOPLE, "ENRICH", APOLLO | {"company_target_pass": False}, (0.9, 5.4, 31, 80, 205)),
    Tried("TOOL-009", PEOPLE, "ENRICH", APOLLO | {"enrichment_attempts": 1}, (7.5, 44, 133)),
    Tried("TOOL-010", PEOPLE, "VALIDATE", VERIFIER | {"email_format_valid": False}, (6.1, 60)),
    Tried("TOOL-012", PEOPLE, "ENRICH", {}, (50, 330)),
    Tried("Lusha", PEOPLE, "ENRICH", {}, (8.3,)),
    Tried("TOOL-009", PEOPLE, "ENRICH", APOLLO | {"vendor": "zoom info"}, (99,)),
    Tried("TOOL-004", BLOG, "READ", {"library": "bs4"}, (147, 410)),
    Tried("TOOL-008", "HUB-DOL", "ENRICH", HUNTER, (22, 300)),
    Tried("TOOL-004", TARGET, "READ", {}, (70,)),
    Tried("TOOL-002", PEOPLE, "WRITE", {}, (83, 86)),
)  # fmt: skip
KEYLESS = (26, 25, 24.6, 24.3, 0.7)
UNGATED = 520
RESOLVED = "The pipeline asks for both facts before it calls, since its release of this week."
DECIDED = "It was asked for and decided on; the call is in the ledger where it was agreed to."


def record(calls: Calls, *, until: datetime) -> None:
    """Keep what the guard refused in these weeks, then let the audit find the rest. Needs an open transaction of the owner."""
    began = timezone.now()
    about = cycle(cast.untargeted())
    seen = sorted([*_tried(about, until), *_by_hand(about, until)], key=lambda one: one.at)
    violations.record_all(seen, actor="ingest", channel="api")
    asked = sorted(_asked(calls, until), key=lambda one: one.at)
    violations.record_all(asked, actor=requests.PIPELINE, channel="api")
    audit.audit(at=until)
    _move(until)
    assert not Event.objects.filter(subject_type="governance.violation", at__gte=began).exists()


def _tried(about: Iterator[cast.Company], until: datetime) -> Iterator[Seen]:
    for one in TRIED:
        for hours in one.hours:
            yield _refused(one, next(about).entity, until - timedelta(hours=hours))


def _by_hand(about: Iterator[cast.Company], until: datetime) -> Iterator[Seen]:
    """Tell what a guard says only where a key is missing, or a version of the canon has a gap."""
    tools = cast.canon().tools
    for hours in KEYLESS:
        tool = tools["TOOL-007"]
        said = f"The API key of {tool.name} is not set: {tool.api_key_env} is empty here."
        yield _seen(codes.KEY_MISSING, tool.id, "HUB-OUTREACH", "", said, until, hours)
    tool = tools["TOOL-010"]
    said = f"{tool} is of tier 2, and the canon names no gates for it."
    yield _seen(codes.NO_GATES, tool.id, PEOPLE, next(about).entity, said, until, UNGATED)


def _asked(calls: Calls, until: datetime) -> Iterator[Seen]:
    """Tell of the calls that a person had to agree to, and of two that were tried at night or for a low score."""
    for lead, facts, at, correlation in calls.refused:
        yield _refused(_call(facts), lead.entity, at, correlation)
    lead = calls.leads[4]
    facts = calls.facts(lead, requests.HOME)
    night = until.astimezone(ZoneInfo(requests.HOME)) - timedelta(days=2)
    yield _refused(_call(facts), lead.entity, night.replace(hour=NIGHT))
    low = _call(facts | {"bit_score": 62})
    yield _refused(low, calls.leads[5].entity, until - timedelta(hours=150))


def _call(facts: Mapping[str, Any]) -> Tried:
    return Tried(requests.TOOL, requests.HUB, "WRITE", facts, ())


def _refused(one: Tried, entity: str, at: datetime, correlation: str | None = None) -> Seen:
    """Ask the guard, as of that moment."""
    # apps bring their demo while they are made ready, and that may be what the guard waits for (canon/alone.py)
    from governance.canon.guard import ToolCanonGuard

    answer = ToolCanonGuard(clock=lambda: at).validate(
        one.tool_id,
        one.hub_id,
        InteractionType(one.interaction),
        one.facts,
        entity,
        correlation,
    )
    refused = answer.violation
    assert refused is not None
    return Seen(
        code=refused.violation_code,
        tool_id=refused.tool_id,
        tool=_slug(refused.tool_id),
        hub_id=refused.hub_id,
        entity=entity,
        correlation_id=answer.correlation_id,
        message=refused.message,
        at=at,
        call_id=None,
        context=refused.context,
    )


def _seen(
    code: str,
    tool_id: str,
    hub_id: str,
    entity: str,
    said: str,
    until: datetime,
    hours: float,
) -> Seen:
    at = until - timedelta(hours=hours)
    return Seen(code, tool_id, _slug(tool_id), hub_id, entity, "", said, at, None, {})


def _slug(tool_id: str) -> str:
    tool = cast.canon().tools.get(tool_id)
    return tool.slug if tool else ""


def _move(until: datetime) -> None:
    """Let the history know each violation from its own moment on."""
    tables = [ViolationCase._meta.db_table, Event._meta.db_table]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with population.silenced_triggers(cursor, tables):
            cursor.execute(MOVED, {"until": until})
