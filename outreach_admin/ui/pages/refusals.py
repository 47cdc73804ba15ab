"""Refusals and failures as pages: what, why, what to do. No page here asks the database."""

from collections.abc import Callable
from http import HTTPStatus

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme

from outreach_admin.db import limits
from outreach_admin.exceptions import Refused
from outreach_admin.ui.pages.base import wants_part

PAGES = (400, 403, 404, 409, 413, 415, 422, 429, 500)
MESSAGES = "#messages"


def refused(
    request: HttpRequest,
    status: int,
    sentence: str = "",
    what_to_do: str = "",
    *,
    way_out: str = "",
) -> HttpResponse:
    """Render the page of a status, or for htmx the notice that takes the place of the messages."""
    template = f"{status if status in PAGES else 400}.html"
    context = {
        "sentence": sentence,
        "what_to_do": what_to_do,
        "status": status,
        "phrase": HTTPStatus(status).phrase,
        "back": _back(request),
        "way_out": way_out,
    }
    if wants_part(request):
        response = render(request, "_refused.html", context, status=status)
        response["HX-Retarget"] = MESSAGES
        response["HX-Reselect"] = MESSAGES
        response["HX-Reswap"] = "outerHTML show:top"
        response["HX-Push-Url"] = "false"
    else:
        response = render(request, template, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _back(request: HttpRequest) -> str:
    """Give the page the person came from, when it is one of ours and not this one.

    A form refused is gone back to; under a name that is not ours there is no way back.
    """
    came_from = request.headers.get("Referer", "")
    try:
        ours = url_has_allowed_host_and_scheme(
            came_from, {request.get_host()}, require_https=request.is_secure()
        )
        here = request.method == "GET" and came_from == request.build_absolute_uri()
        return came_from if ours and not here else ""
    except DisallowedHost:
        return ""


class RefusalMiddleware:
    """Turn a Refused raised by a view into its page, with its status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; a wrong method gets words, too."""
        response = self.get_response(request)
        if (
            response.status_code != HTTPStatus.METHOD_NOT_ALLOWED
            or wants_part(request)
            or request.method != "GET"
        ):
            return response
        page = refused(
            request,
            response.status_code,
            "This address takes a form and shows nothing by itself.",
            "Go back to the page that the form is on.",
        )
        page["Allow"] = response["Allow"]
        return page

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal, also of the database where a column did not take a value; leave the rest to its handler."""
        if isinstance(exception, Refused):
            return refused(
                request,
                exception.status,
                exception.sentence,
                exception.what_to_do,
                way_out=exception.way_out,
            )
        said = limits.explained(exception)
        return refused(request, 422, f"Too much for its place: {said}.") if said else None


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400 (handler400)."""
    return refused(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403 (handler403)."""
    return refused(request, 403, str(exception))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404 (handler404)."""
    return refused(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer 500 (handler500)."""
    return refused(request, 500)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 to a form without a valid token (CSRF_FAILURE_VIEW)."""
    return refused(
        request,
        403,
        "The form was sent without a valid protection token.",
        "Reload the page and send the form again; cookies must be allowed.",
    )
