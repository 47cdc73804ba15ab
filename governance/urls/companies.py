"""Companies."""

from uuid import UUID

from django.urls import URLPattern, path, register_converter

from governance.views.companies import details, lists


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
        lists.CompanyList.as_view(),
        name="company-list",
    ),
    path(
        "companies/<any_uuid:pk>/",
        details.CompanyDetail.as_view(),
        name="company-detail",
    ),
    path(
        "companies/<any_uuid:pk>/history/",
        details.CompanyHistory.as_view(),
        name="company-history",
    ),
]
