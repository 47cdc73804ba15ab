"""Ways back: which addresses are ours, and which of them show a page; and what an address names."""

from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import DisallowedHost
from django.http import Http404, HttpRequest
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.http import url_has_allowed_host_and_scheme

from outreach_admin.db.rules import FIRST_YEAR, LAST_YEAR


def page_of(request: HttpRequest) -> str:
    """Return the address of the page that a form was sent from, empty where it is not of ours."""
    came_from = request.headers.get("Referer", "")
    return shown(local(came_from)) if is_ours(request, came_from) else ""


def ours(request: HttpRequest, address: str) -> str:
    """Return an address of ours as it is, nothing for any other."""
    return address if is_ours(request, address) else ""


def is_ours(request: HttpRequest, address: str) -> bool:
    """Tell whether an address lies under the name that the request came to."""
    try:
        host = request.get_host()
    except DisallowedHost:
        return False
    # no query leads elsewhere, and Django takes whatever is long for unsafe
    place = address.partition("?")[0]
    if place.replace("\\", "/").startswith("//"):
        return False
    return url_has_allowed_host_and_scheme(place, {host}, require_https=request.is_secure())


def local(address: str) -> str:
    """Return path and query of an address."""
    return urlsplit(address)._replace(scheme="", netloc="", fragment="").geturl()


def shown(address: str) -> str:
    """Return the address, or the nearest above it that shows a page, where it only takes forms; what is not there says so itself."""
    path = urlsplit(address).path or "/"
    if _view(path) is None or shows(path):
        return address
    while path != "/" and not shows(path):
        path = path.rstrip("/").rpartition("/")[0] + "/"
    return path


def shows(path: str) -> bool:
    """Tell whether an address can be asked for."""
    view = _view(path)
    made_of = getattr(view, "view_class", None)
    if made_of is None:
        return view is not None
    return "get" in made_of.http_method_names and hasattr(made_of, "get")


def app_of(address: str) -> str:
    """Name the app whose page an address is, empty for none."""
    found = _found(urlsplit(address).path)
    return found.app_name if found else ""


def _view(path: str) -> Any:
    found = _found(path)
    return found.func if found else None


def _found(path: str) -> ResolverMatch | None:
    try:
        return resolve(path)
    except Resolver404:
        return None


def day_of(text: str) -> date:
    """Read the day that an address names. Raises Http404 for none, and for years that no column takes."""
    try:
        day = date.fromisoformat(text)
    except ValueError as reason:
        raise Http404 from reason
    if not FIRST_YEAR <= day.year < LAST_YEAR:
        raise Http404
    return day
