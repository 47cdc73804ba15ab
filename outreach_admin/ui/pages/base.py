"""What every page has: permission, title, breadcrumbs, the time it was made."""

from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.functional import cached_property
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.generic import TemplateView
from django_htmx.http import HttpResponseClientRedirect


class Crumb(NamedTuple):
    """One step of the breadcrumbs; without url it is where the person is."""

    label: str
    url: str = ""


class Link(NamedTuple):
    """A link of a page's toolbar: `quiet` ones have no border."""

    label: str
    url: str
    icon: str = ""
    quiet: bool = False


def wants_part(request: HttpRequest) -> bool:
    """Tell whether htmx asks for a part: not on a restored history entry, which needs the page."""
    headers = request.headers
    return (
        headers.get("HX-Request") == "true" and headers.get("HX-History-Restore-Request") != "true"
    )


def ours(request: HttpRequest, address: str) -> str:
    """Return an address to go back to where it is one of ours, else nothing."""
    is_safe = url_has_allowed_host_and_scheme(
        address, {request.get_host()}, require_https=request.is_secure()
    )
    return address if is_safe else ""


class Page(PermissionRequiredMixin, TemplateView):
    """A page of the console.

    `title` is its heading, `nav` the URL name of the navigation entry it belongs to where its
    own name does not tell, `crumbs` what follows that entry in the breadcrumbs. `part_template`
    is rendered alone when htmx asks.
    """

    title = ""
    nav = ""
    part_template = ""

    def has_permission(self) -> bool:
        """Ask for a signed-in person always, and for the page's permissions."""
        return bool(self.request.user.is_authenticated and super().has_permission())

    def handle_no_permission(self) -> HttpResponseRedirect:
        """Send a stranger to the sign-in, htmx as a whole page; refuse everybody else (403)."""
        response = super().handle_no_permission()
        if wants_part(self.request):
            # a redirect would be followed and its page swapped into the part
            came_from = self.request.headers.get("HX-Current-URL", self.request.get_full_path())
            sign_in = redirect_to_login(
                urlsplit(came_from)._replace(scheme="", netloc="").geturl()
            ).url
            return HttpResponseClientRedirect(sign_in)  # type: ignore[return-value]
        return response

    @cached_property
    def as_of(self) -> datetime:
        return timezone.now()

    def crumbs(self) -> list[Crumb]:
        """List what follows the navigation entry in the breadcrumbs."""
        return []

    def get_template_names(self) -> list[str]:
        """Choose the part when htmx asks for one, else the page."""
        if self.part_template and wants_part(self.request):
            return [self.part_template]
        return super().get_template_names()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = {"title": self.title, "nav": self.nav, "crumbs": self.crumbs(), "as_of": self.as_of}
        return super().get_context_data(**page | kwargs)

    def render_to_response(self, context: dict[str, Any], **response_kwargs: Any) -> HttpResponse:
        """Render; one URL has two bodies, so caches are told what they differ by."""
        response = super().render_to_response(context, **response_kwargs)
        patch_vary_headers(response, ["HX-Request"])
        return response
