"""Records of calls that the tool canon refused."""

import re
from collections.abc import Collection, Sequence
from datetime import datetime
from math import isfinite
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from django.db import transaction

from governance import words
from governance.models import Violation
from governance.queries.canon import current
from governance.queries.companies import names
from governance.services import attribution
from governance.toolbox.codes import CODES, ViolationDisposition, ViolationSeverity
from governance.toolbox.facts import clean
from outreach_admin.db import jsonfields
from outreach_admin.db.limits import PROSE, longest, rule_of
from outreach_admin.db.rules import LEVELS

UNKEPT = re.compile("[\0\ud800-\udfff]")
# how a guard names them in what it says of a call
ENTITY, CORRELATION = "entity", "correlation_id"
TOO_MUCH = {"left_out": "What the guard said of this call is too long to keep."}


class ToolViolation(Protocol):
    """What the guard answers (governance.canon.results)."""

    violation_code: str
    tool_id: str
    hub_id: str
    severity: ViolationSeverity
    disposition: ViolationDisposition
    message: str
    timestamp: datetime
    context: dict[str, Any]


class Seen(NamedTuple):
    """A broken rule that the guard did not see, as whoever found it tells it; `at` is from when on it was broken."""

    code: str
    tool_id: str
    tool: str
    hub_id: str
    entity: str
    correlation_id: str
    message: str
    at: datetime
    call_id: int | None
    context: dict[str, Any]


@transaction.atomic
def record(
    violation: ToolViolation,
    *,
    actor: str,
    channel: str,
    company: UUID | None = None,
    call_id: int | None = None,
) -> Violation:
    """Keep a refusal for good, and open the case that people work on, in one short transaction.

    Without `company` it is found by the entity of the call: an outreach id, a company's own id or domain
    that names one company. Texts are cut to what their columns take. Source: spec 'Tool canon'.
    """
    entity = _word(violation.context.get(ENTITY))
    attribution.attribute(by=actor, action="violation.recorded", channel=channel)
    return Violation.objects.create(
        code=violation.violation_code,
        tool_id=_word(violation.tool_id),
        tool=_slug(violation.tool_id),
        hub_id=_word(violation.hub_id),
        outreach_id=company or company_of(entity),
        entity=entity,
        correlation_id=_word(violation.context.get(CORRELATION)),
        call_id=call_id,
        severity=violation.severity.value,
        disposition=violation.disposition.value,
        message=clean(violation.message, most=PROSE),
        actor=_word(actor),
        channel=_word(channel),
        context=_kept(violation.context),
        at=violation.timestamp,
    )


@transaction.atomic
def record_all(seen: Sequence[Seen], *, actor: str, channel: str) -> list[Violation]:
    """Keep each of these for good, as `record` does: severity and disposition by code. Five queries, however many there are."""
    companies = companies_of({one.entity for one in seen})
    attribution.attribute(by=actor, action="violation.recorded", channel=channel)
    return Violation.objects.bulk_create(
        Violation(
            **one._replace(context=_kept(one.context))._asdict(),
            outreach_id=companies.get(one.entity),
            severity=CODES[one.code].severity.value,
            disposition=CODES[one.code].disposition.value,
            actor=actor,
            channel=channel,
        )
        for one in seen
    )


def companies_of(entities: Collection[str]) -> dict[str, UUID]:
    """Return the outreach ids that entities name, of those that name one of the spine, as `company_of` finds them."""
    tidy = {one: words.tidy(one) for one in entities if words.tidy(one)}
    ids = {one: key for one, text in tidy.items() if (key := _uuid(text))}
    rest = {one: text for one, text in tidy.items() if one not in ids}
    own = names.by_own_id(set(rest.values()))
    domains = {one: words.domain_or_same(one) for one in rest}
    by_domain = names.by_domain({domain for domain in domains.values() if domain})
    found = {one: {str(key)} for one, key in ids.items()}
    for one, text in rest.items():
        found[one] = by_domain.get(domains[one], set()) | ({own[text]} if text in own else set())
    alone = {one: min(keys) for one, keys in found.items() if len(keys) == 1}
    known = names.in_spine(set(alone.values()))
    return {one: UUID(key) for one, key in alone.items() if key in known}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def company_of(entity: str) -> UUID | None:
    """Return the outreach id that an entity names; None where it names none of the spine, or several."""
    if not words.tidy(entity):
        return None
    found = names.outreach_ids(entity)
    known = names.in_spine([str(found[0])]) if len(found) == 1 else set()
    return found[0] if known else None


def _slug(tool_id: str) -> str:
    """Return the slug of a tool in the canon in force; empty where it has none, or nobody can know."""
    try:
        tool = current.ask().canon.tools.get(tool_id)
    except current.Unknown:
        return ""
    return tool.slug if tool else ""


def _word(value: Any) -> str:
    return "" if value is None else clean(str(value), most=longest(Violation, "actor"))


def _kept(context: dict[str, Any]) -> dict[str, Any]:
    """Return what the guard said where the column takes it; letters that nothing can store are replaced."""
    rule = rule_of(Violation._meta.get_field("context"))
    if rule is None or jsonfields.levels(context) > LEVELS:
        return TOO_MUCH
    found: dict[str, Any] = _storable(context)
    return TOO_MUCH if rule.refusal(found) else found


def _storable(value: Any) -> Any:
    if isinstance(value, dict):
        return {_storable(str(name)): _storable(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(one) for one in value]
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float) and isfinite(value):
        return value
    return UNKEPT.sub("\ufffd", str(value))
