"""One search for everything: one hit opens, several are listed by kind."""

from typing import Any, cast
from urllib.parse import urlsplit

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve
from django.utils.functional import cached_property

from outreach_admin import search
from outreach_admin.ui.pages.base import Page


class Search(Page):
    """What a text names: its own page where it is an id, a number, a name or an address of the console."""

    template_name = "search.html"
    title = "Search"
    # each kind asks for its own
    permission_required = ()

    @cached_property
    def text(self) -> str:
        return search.plain(self.request.GET.get("q", ""))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Open the one thing that the text names, else list what it may mean."""
        if self.text and (url := self.only_hit()):
            return HttpResponseRedirect(url)
        return super().get(request, *args, **kwargs)

    def only_hit(self) -> str:
        """Return the address of the one thing the text names."""
        reader = cast(User, self.request.user)
        named = (kind.exact(self.text, reader) for kind in search.kinds_for(reader))
        return self.own_address() or next(filter(None, named), "")

    def own_address(self) -> str:
        """Return path and query of a pasted address, if it is a page of this console."""
        try:
            parts = urlsplit(self.text)
            is_ours = parts.netloc in ("", self.request.get_host())
            if not (is_ours and parts.path.startswith("/") and len(parts.path) > 1):
                return ""
            resolve(parts.path)
        except (ValueError, Resolver404):
            return ""
        return parts._replace(scheme="", netloc="", fragment="").geturl()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        reader = cast(User, self.request.user)
        kinds = search.kinds_for(reader)
        is_short = len(self.text) < search.SHORTEST
        found = [] if is_short else [(kind, kind.like(self.text, reader)) for kind in kinds]
        context = {
            "text": self.text,
            "is_short": is_short,
            "shortest": search.SHORTEST,
            "kinds": kinds,
            "results": [(kind, hits) for kind, hits in found if hits.hits],
        }
        return super().get_context_data(**context | kwargs)
