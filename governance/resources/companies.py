"""Which companies the rows of a file belong to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from governance.models import ImportRow
from governance.queries.companies import names

ABSENT = ImportRow.Company.ABSENT
LINKED = ImportRow.Company.LINKED
NAMED = ImportRow.Company.NAMED
CONTRADICTION = ImportRow.Company.CONTRADICTION
NONE = ImportRow.Company.NONE
SEVERAL = ImportRow.Company.SEVERAL
UNKNOWN = ImportRow.Company.UNKNOWN
WWW = "www."


class Row(Protocol):
    """A row that comes in: its columns, and how it names its company."""

    data: Any
    company: Any


@dataclass(frozen=True)
class Known:
    """What the database knows of the companies that a batch of rows names."""

    spine: set[str]
    own_ids: dict[str, str]
    domains: dict[str | None, set[str]]

    def with_id(self, row: Row) -> set[str]:
        """Return the outreach id of the company with the row's own id, if there is one."""
        own_id = row.data.get("company_unique_id", "")
        return {self.own_ids[own_id]} if own_id in self.own_ids else set()

    def with_domain(self, row: Row) -> set[str]:
        """Return the outreach ids of all companies with the row's domain."""
        domain = row.data.get("domain", "")
        bare = domain.removeprefix(WWW)
        found = self.domains.get(domain)
        return found or self.domains.get(bare, set())


def link(rows: Sequence[Row]) -> None:
    """Say how each good row names its company, and give it the outreach id that it lacks; four queries a batch.

    A company's own id counts before a domain, unless the domain is another company's. A domain is read as the search box reads it: as it stands, or without `www.`;
    one that several companies have links nobody.
    """
    good = [row for row in rows if row.data is not None]
    known = _known(good)
    for row in good:
        if "outreach_id" in row.data:
            is_known = row.data["outreach_id"] in known.spine
            row.company = NAMED if is_known else ABSENT
        else:
            _link(row, known)


def _known(rows: Sequence[Row]) -> Known:
    ids = _given(rows, "outreach_id")
    own_ids = _given(rows, "company_unique_id")
    domains = _given(rows, "domain")
    bare = {domain.removeprefix(WWW) for domain in domains}
    return Known(
        names.in_spine(ids),
        names.by_own_id(own_ids),
        names.by_domain(domains | bare),
    )


def _given(rows: Sequence[Row], name: str) -> set[str]:
    return {row.data[name] for row in rows if name in row.data}


def _link(row: Row, known: Known) -> None:
    by_id, by_domain = known.with_id(row), known.with_domain(row)
    if "company_unique_id" in row.data and by_domain and not by_id & by_domain:
        row.company = CONTRADICTION
    else:
        _link_to(row, by_id or by_domain)


def _link_to(row: Row, fitting: set[str]) -> None:
    names_one = "company_unique_id" in row.data or "domain" in row.data
    if len(fitting) == 1:
        row.company = LINKED
        (row.data["outreach_id"],) = fitting
    elif fitting:
        row.company = SEVERAL
    elif names_one:
        row.company = UNKNOWN
    else:
        row.company = NONE
