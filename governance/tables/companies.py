"""Columns of the list of companies."""

from outreach_admin.ui import tables


class CompanyTable(tables.Table):
    """Companies by name, domain and open errors."""

    noun = "company"
    nouns = "companies"
    default_sort = "company"

    company = tables.Column(accessor="company_name", sort=True, card="title")
    domain = tables.Column(sort=True, default="none")
    errors = tables.NumberColumn(accessor="open_errors", sort=True)
