"""Companies by what people have of them: a name, a domain, an id."""

import uuid

from django.db.models import Q, QuerySet

from governance import words
from governance.models import CompanyMaster, Outreach
from outreach_admin.search import domain_in


def named(text: str, most: int) -> list[tuple[str, str, str]]:
    """Return up to `most` companies a text names exactly: key for the queue's filter, name, domain.

    A name counts in any case, a domain also with scheme, www., path or as an e-mail address.
    """
    domain = words.domain_or_same(domain_in(text) or text)
    known = Q(company_unique_id=text) | Q(domain=domain) | Q(company_name__iexact=text)
    return _listed(_companies(known), _ids(Q(domain=domain) | _by_id(text)), most)


def like(text: str, most: int) -> list[tuple[str, str, str]]:
    """Return up to `most` companies with this text in their name or at the start of their domain."""
    domain = words.domain_or_same(domain_in(text) or text)
    known = Q(company_name__icontains=text) | Q(domain__startswith=domain)
    return _listed(_companies(known), _ids(Q(domain__startswith=domain)), most)


def _by_id(text: str) -> Q:
    try:
        return Q(pk=uuid.UUID(text))
    except ValueError:
        return Q(pk__in=[])


def _companies(known: Q) -> QuerySet[CompanyMaster]:
    return CompanyMaster.objects.filter(known).order_by("company_name")


def _ids(known: Q) -> QuerySet[Outreach]:
    return Outreach.objects.filter(known).select_related("company").order_by("domain")


def _listed(
    companies: QuerySet[CompanyMaster], ids: QuerySet[Outreach], most: int
) -> list[tuple[str, str, str]]:
    """Put both together, each company once: what the spine knows may be unknown to the master."""
    found = {}
    for company in companies[:most]:
        key = str(company.outreach_id or company.company_unique_id)
        found[key] = (key, company.company_name, company.domain or "")
    for outreach in ids[:most]:
        master = getattr(outreach, "company", None)
        name = master.company_name if master else outreach.domain or str(outreach.pk)
        found.setdefault(str(outreach.pk), (str(outreach.pk), name, outreach.domain))
    return list(found.values())[:most]
