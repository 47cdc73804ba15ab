"""Companies."""

from uuid import UUID

from django.urls import URLPattern, path, register_converter

from governance.views import companies, company


class AnyUuid:
    """An outreach id as people paste it: in capitals, without hyphens; written in its one form."""

    regex = "[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}"

    def to_python(self, value: str) -> UUID:
        """Read it."""
        return UUID(value)

    def to_url(self, value: object) -> str:
        """Write it in small letters with hyphens."""
        return str(value)


register_converter(AnyUuid, "any_uuid")

urlpatterns: list[URLPattern] = [
    path(
        "companies/",
        companies.CompanyList.as_view(),
        name="company-list",
    ),
    path(
        "companies/<any_uuid:pk>/",
        company.CompanyDetail.as_view(),
        name="company-detail",
    ),
    path(
        "companies/<any_uuid:pk>/history/",
        company.CompanyHistory.as_view(),
        name="company-history",
    ),
]
