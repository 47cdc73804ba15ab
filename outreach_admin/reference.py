"""Reference data and people: Django's admin site behind the console's own door."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import LogoutView, redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import URLPattern, URLResolver, reverse


class ReferenceSite(AdminSite):
    """The admin site without a second sign-in."""

    site_header = site_title = "Outreach Ops"
    index_title = "Reference data and people"

    def get_urls(self) -> list[URLResolver | URLPattern]:
        """Leave out what fails on values that do not fit and nothing here uses: the jump to a record by content type, the search behind a field."""
        return [
            entry
            for entry in super().get_urls()
            if getattr(entry, "name", "") not in ("view_on_site", "autocomplete")
        ]

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Send strangers to the console's sign-in; refuse everybody else."""
        if request.user.is_authenticated:
            raise PermissionDenied("Reference data are for admins.")
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def logout(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        """Sign out of the console."""
        return LogoutView.as_view()(request)

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the console's page for it."""
        return HttpResponseRedirect(reverse("password_change"))
