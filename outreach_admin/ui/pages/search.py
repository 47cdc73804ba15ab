"""One search for everything: one hit opens, several are listed by kind."""

from typing import Any, cast
from urllib.parse import urlsplit

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve
from django.utils.functional import cached_property

from outreach_admin.lists import search
from outreach_admin.lists.search import Found, Kind
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
        if url := self.own_address():
            return url
        for kind in search.kinds_for(reader):
            if url := kind.exact(self.text, reader):
                return url
        return ""

    def own_address(self) -> str:
        """Return path and query of a pasted address, if it is a page of this console that can be opened."""
        try:
            parts = urlsplit(self.text)
            is_ours = parts.netloc in ("", self.request.get_host())
            is_path = parts.path.startswith("/") and parts.path != "/"
            if not (is_ours and is_path):
                return ""
            if not is_page(parts.path):
                return ""
        except (ValueError, Resolver404):
            return ""
        return parts._replace(scheme="", netloc="", fragment="").geturl()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        reader = cast(User, self.request.user)
        kinds = search.kinds_for(reader)
        is_short = len(self.text) < search.SHORTEST
        context = {
            "text": self.text,
            "is_short": is_short,
            "shortest": search.SHORTEST,
            "kinds": kinds,
            "results": [] if is_short else self.results(kinds, reader),
        }
        return super().get_context_data(**context | kwargs)

    def results(self, kinds: list[Kind], reader: User) -> list[tuple[Kind, Found]]:
        """Return what words may mean, by kind; kinds without a hit are left out."""
        found = []
        for kind in kinds:
            hits = kind.like(self.text, reader)
            if hits.hits:
                found.append((kind, hits))
        return found


def is_page(path: str) -> bool:
    """Say whether a path opens something: what only takes what is sent to it does not. Raises Resolver404."""
    view = getattr(resolve(path).func, "view_class", None)
    if view is None:
        return True
    return "get" in view.http_method_names and hasattr(view, "get")
