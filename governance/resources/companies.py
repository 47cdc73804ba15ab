"""Which companies the rows of a file belong to."""

from collections.abc import Sequence

from governance.models import ImportRow
from governance.queries import companies

Company = ImportRow.Company
WWW = "www."


def link(rows: Sequence[ImportRow]) -> None:
    """Say how each good row names its company, and give it the outreach id that it lacks; four queries a batch.

    A company's own id counts before a domain. A domain is read as the search box reads it: as it stands, or without `www.`;
    one that several companies have links nobody.
    """
    good = [row for row in rows if row.data is not None]
    spine = companies.in_spine(_given(good, "outreach_id"))
    own = companies.by_own_id(_given(good, "company_unique_id"))
    domains = _given(good, "domain")
    known = companies.by_domain({*domains, *(domain.removeprefix(WWW) for domain in domains)})
    for row in good:
        outreach_id = row.data.get("outreach_id")
        if outreach_id:
            row.company = Company.NAMED if outreach_id in spine else Company.ABSENT
        else:
            _link(row, own, known)


def _given(rows: Sequence[ImportRow], name: str) -> set[str]:
    return {value for row in rows if (value := row.data.get(name))}


def _link(row: ImportRow, own: dict[str, str], known: dict[str, set[str]]) -> None:
    own_id, domain = row.data.get("company_unique_id"), row.data.get("domain")
    by_id = own.get(own_id)
    fitting = {by_id} if by_id else _with_domain(domain or "", known)
    if len(fitting) == 1:
        row.company = Company.LINKED
        row.data["outreach_id"] = fitting.pop()
    elif fitting:
        row.company = Company.SEVERAL
    else:
        row.company = Company.UNKNOWN if own_id or domain else Company.NONE


def _with_domain(domain: str, known: dict[str, set[str]]) -> set[str]:
    return set(known.get(domain) or known.get(domain.removeprefix(WWW), ()))
