"""Whom the warehouse holds beside an entity: the people of a company, the company of a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from psycopg import sql

from enrichment import keys
from enrichment.models import EntityType
from enrichment.warehouse import catalog, connection
from outreach_admin.exceptions import Refused

COMPANIES, PEOPLE = "core.companies", "core.people"
SECONDS = 2
MOST = 20
# how a key is written in tables
STARTS = (
    "https://www.",
    "https://",
    "http://www.",
    "http://",
    "www.",
    "",
)
OF_COMPANY = """SELECT p.{full_name}, p.{linkedin_url}
FROM {people} p
JOIN {companies} c ON c.{id} = p.{core_company_id}
WHERE c.{domain} = ANY (%s)
ORDER BY p.{full_name}, p.{linkedin_url}
LIMIT %s"""
OF_PERSON = """SELECT c.{name}, c.{domain}
FROM {people} p
JOIN {companies} c ON c.{id} = p.{core_company_id}
WHERE p.{linkedin_url} = ANY (%s)
ORDER BY c.{domain}
LIMIT %s"""


class Colleague(NamedTuple):
    """Somebody, or some company, by name; `key` is empty where what stands there is none."""

    entity_type: str
    name: str
    key: str


@dataclass(frozen=True)
class Colleagues:
    """Up to twenty of them; `problem` says why nobody knows, `more` that there are others."""

    shown: Sequence[Colleague] = ()
    more: bool = False
    problem: str = ""


def of(entity_type: str, key: str) -> Colleagues:
    """Return who is beside an entity in the warehouse; unknown where that is away, slow or otherwise made."""
    try:
        if entity_type == EntityType.COMPANY:
            return _people(key)
        return _companies(key)
    except Refused as refusal:
        return Colleagues(problem=refusal.sentence)


def _people(domain: str) -> Colleagues:
    return _read(OF_COMPANY, domain, EntityType.PERSON)


def _companies(key: str) -> Colleagues:
    if key.startswith("salesnav:"):
        return Colleagues(problem="Of a SalesNav address only the digest is kept.")
    return _read(OF_PERSON, key, EntityType.COMPANY)


def _read(
    statement: str,
    key: str,
    found: EntityType,
) -> Colleagues:
    spellings = [f"{start}{key}{end}" for start in STARTS for end in ("", "/")]
    with catalog.remembering():
        asked = _quoted(statement)
    with connection.reading(seconds=SECONDS) as cursor:
        cursor.execute(asked, [spellings, MOST + 1])
        rows = cursor.fetchall()
    shown = [_colleague(found, *row) for row in rows[:MOST]]
    return Colleagues(shown, more=len(rows) > MOST)


def _quoted(statement: str) -> sql.Composed:
    """Write the statement with names that the catalog has. Raises TableRefused."""
    companies = catalog.demanded(COMPANIES)
    people = catalog.demanded(PEOPLE)
    return sql.SQL(statement).format(
        companies=companies.identifier,
        people=people.identifier,
        id=companies.column("id"),
        domain=companies.column("domain"),
        name=companies.column("name"),
        core_company_id=people.column("core_company_id"),
        full_name=people.column("full_name"),
        linkedin_url=people.column("linkedin_url"),
    )


def _colleague(
    entity_type: EntityType,
    name: str | None,
    raw: str | None,
) -> Colleague:
    try:
        key = keys.normalised(entity_type, raw or "")
    except keys.KeyRefused:
        key = ""
    return Colleague(entity_type.value, name or raw or "no name", key)
