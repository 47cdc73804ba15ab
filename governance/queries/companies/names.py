"""Companies by what people have of them: a name, a domain, an id."""

import json
import uuid
from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet

from governance import words
from governance.models import CompanyMaster, Outreach
from outreach_admin.lists.search import domain_in, ids_from


class Company(NamedTuple):
    """What is shown of a company; `key` is what the queue's filter takes for it.

    `outreach_id` is None where it is not on the spine.
    """

    key: str
    name: str
    domain: str
    outreach_id: uuid.UUID | None = None


def named(text: str, most: int) -> list[Company]:
    """Return up to `most` companies that a text names exactly.

    A name counts in any case, a domain also with scheme, www., path or as an e-mail address, an
    outreach id also short, by its first digits.
    """
    is_domain = Q(domain=_domain(text))
    has_name = Q(company_name__iexact=text)
    master = is_domain | has_name | Q(company_unique_id=text)
    return _found(master, is_domain | _by_id(text), most)


def outreach_ids(value: str) -> list[uuid.UUID]:
    """Return the outreach ids that a company's outreach id, own id or domain stands for."""
    try:
        return [uuid.UUID(words.tidy(value))]
    except ValueError:
        pass
    has_domain = Q(domain=words.domain_or_same(value))
    master = CompanyMaster.objects.filter(
        has_domain | Q(company_unique_id=words.tidy(value)), outreach__isnull=False
    )
    spine = Outreach.objects.filter(has_domain)
    found = {*master.values_list("outreach_id", flat=True), *spine.values_list("pk", flat=True)}
    return sorted(found)


def name_of(outreach_id: uuid.UUID) -> str:
    """Return the name of the company on an outreach id, else its domain; empty where neither is known."""
    known = Outreach.objects.filter(pk=outreach_id)
    name, domain = known.values_list("company__company_name", "domain").first() or ("", "")
    return name or domain


def named_by(entities: Iterable[str]) -> dict[str, Company]:
    """Return the companies of the spine whose outreach ids are among these texts, by the text. One query."""
    ids = {text: key for text in entities if (key := _uuid(text))}
    spine = Outreach.objects.filter(pk__in=set(ids.values())).select_related("company")
    rows = {row.pk: row for row in spine}
    return {text: _of_row(rows[key]) for text, key in ids.items() if key in rows}


def in_spine(ids: Collection[str]) -> set[str]:
    """Return which of these outreach ids exist."""
    found = _pairs(
        """SELECT outreach_id::text, outreach_id::text FROM governance_outreach
        WHERE outreach_id = ANY(%(wanted)s::uuid[])""",
        ids,
    )
    return {key for key, _ in found}


def by_own_id(ids: Collection[str]) -> dict[str, str]:
    """Return outreach ids by companies' own ids, of those that have one."""
    found = _pairs(
        """SELECT company_unique_id, outreach_id::text FROM governance_companymaster
        WHERE company_unique_id = ANY(%(wanted)s) AND outreach_id IS NOT NULL""",
        ids,
    )
    return dict(found)


def by_domain(domains: Collection[str]) -> dict[str | None, set[str]]:
    """Return the outreach ids of the companies with each of these domains, from spine and master."""
    rows = _pairs(
        """SELECT domain, outreach_id::text FROM governance_outreach
            WHERE domain = ANY(%(wanted)s)
        UNION ALL SELECT domain, outreach_id::text FROM governance_companymaster
            WHERE domain = ANY(%(wanted)s) AND outreach_id IS NOT NULL""",
        domains,
    )
    found: dict[str | None, set[str]] = {}
    for domain, key in rows:
        found.setdefault(domain, set()).add(key)
    return found


def _pairs(statement: str, wanted: Collection[str]) -> list[tuple[str, str]]:
    """Read pairs by a list that may be long: as one array it costs less than as thousands of parameters."""
    if not wanted:
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement, {"wanted": list(wanted)})
        return list(cursor.fetchall())


def like(text: str, most: int) -> list[Company]:
    """Return up to `most` companies with this text in their name or at the start of their domain."""
    begins = Q(domain__startswith=_domain(text))
    return _found(Q(company_name__icontains=text) | begins, begins, most)


def holding(name: str, domain: str) -> QuerySet[Any, Any]:
    """Return the outreach ids of companies whose name or domain holds these texts, in any case; indexes serve both."""
    spine = Outreach.objects.filter(domain__icontains=domain).values("outreach_id")
    master = CompanyMaster.objects.filter(company_name__icontains=name, outreach__isnull=False)
    return spine.union(master.values("outreach_id"))


def expected(name: str, domain: str) -> int:
    """Say how many the database thinks there are of these: each is counted twice where name and domain hold it."""
    (plan,) = json.loads(holding(name, domain).explain(format="json"))
    return int(plan["Plan"]["Plan Rows"])


def _domain(text: str) -> str:
    return words.domain_or_same(domain_in(text) or text).lower()


def _by_id(text: str) -> Q:
    return Q(pk__range=ids) if (ids := ids_from(text)) else Q(pk__in=[])


def _found(master: Q, spine: Q, most: int) -> list[Company]:
    """Put master and spine together, each company once: one may know what the other does not."""
    found: dict[str, Company] = {}
    for company in (*_of_master(master, most), *_of_spine(spine, most)):
        found.setdefault(company.key, company)
    return list(found.values())[:most]


def _of_master(known: Q, most: int) -> Iterator[Company]:
    rows = CompanyMaster.objects.filter(known).select_related("outreach")
    for row in rows.order_by("company_name")[:most]:
        key = str(row.outreach_id or row.company_unique_id)
        domain = row.domain or (row.outreach.domain if row.outreach else "")
        yield Company(key, row.company_name, domain, row.outreach_id)


def _of_spine(known: Q, most: int) -> Iterator[Company]:
    rows = Outreach.objects.filter(known).select_related("company")
    for row in rows.order_by("domain")[:most]:
        yield _of_row(row)


def _of_row(row: Outreach) -> Company:
    master = getattr(row, "company", None)
    name = master.company_name if master else row.domain
    return Company(str(row.pk), name or str(row.pk), row.domain, row.pk)


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
