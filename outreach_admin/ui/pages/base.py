"""What every page has: permission, title, breadcrumbs, the time it was made."""

import json
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from outreach_admin.ui import navigation, texts

# a part that is asked for with this header brings the figures of the navigation along
FIGURES = "X-Figures"


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

    @cached_property
    def as_of(self) -> datetime:
        return timezone.now()

    def has_moved_on(self, standing: str) -> bool:
        """Tell a poll whether its page was made when things stood otherwise."""
        return self.request.GET.get("seen", standing) != standing

    def crumbs(self) -> list[Crumb]:
        """List what follows the navigation entry in the breadcrumbs."""
        return []

    def get_template_names(self) -> list[str]:
        """Choose the part when htmx asks for one, else the page."""
        if self.part_template and wants_part(self.request):
            return [self.part_template]
        return super().get_template_names()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = {
            "title": texts.word(self.title),
            "nav": self.nav,
            "crumbs": self.crumbs(),
            "as_of": self.as_of,
        }
        return super().get_context_data(**page | kwargs)

    def render_to_response(self, context: dict[str, Any], **response_kwargs: Any) -> HttpResponse:
        """Render; one URL has two bodies, so caches are told what they differ by, and browsers keep neither.

        Rows that nobody may see any more come back by no button, and no box is ticked by its place.
        """
        response = super().render_to_response(context, **response_kwargs)
        patch_vary_headers(response, ["HX-Request"])
        patch_cache_control(response, private=True, no_store=True)
        if wants_part(self.request) and FIGURES in self.request.headers:
            figures = navigation.shown_figures(self.request)
            response["HX-Trigger"] = json.dumps({"figures": figures})
        return response
