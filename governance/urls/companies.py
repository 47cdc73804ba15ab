"""Companies."""

from django.contrib.auth.decorators import login_required
from django.urls import URLPattern, path
from django.views.generic import RedirectView

from governance.views import companies

urlpatterns: list[URLPattern] = [
    path(
        "companies/",
        companies.CompanyList.as_view(),
        name="company-list",
    ),
    path(
        "companies/<uuid:pk>/",
        login_required(
            RedirectView.as_view(url="/errors/?company=%(pk)s", http_method_names=["get"])
        ),
        name="company-detail",
    ),
]
