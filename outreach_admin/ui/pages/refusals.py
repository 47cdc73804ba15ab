"""Refusals and failures as pages: what, why, what to do. No page here asks the database."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from outreach_admin.db import limits
from outreach_admin.exceptions import Refused
from outreach_admin.ui import people
from outreach_admin.ui.pages import addresses, unsent
from outreach_admin.ui.pages.base import wants_part
from outreach_admin.ui.pages.moved_on import page_now

PAGES = (400, 403, 404, 409, 413, 414, 415, 422, 429, 431, 500)
MESSAGES = "#messages"


def refused(
    request: HttpRequest,
    status: int,
    sentence: str = "",
    what_to_do: str = "",
    *,
    heading: str = "",
    way_out: str = "",
) -> HttpResponse:
    """Render the page of a status, or for htmx the notice that takes the place of the messages; `heading` where the status's own says less."""
    template = f"{status if status in PAGES else 400}.html"
    context = {
        "heading": heading,
        "sentence": sentence,
        "what_to_do": what_to_do,
        "status": status,
        "phrase": HTTPStatus(status).phrase,
        "back": _back(request),
        "way_out": way_out,
    }
    if wants_part(request):
        return notice(request, "_refused.html", context, status=status)
    response = render(request, template, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def notice(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    status: int,
) -> HttpResponse:
    """Render what htmx puts in place of the messages, whatever part it asked for; the page and its address stay."""
    response = render(request, template, context, status=status)
    response["HX-Retarget"] = MESSAGES
    response["HX-Reselect"] = MESSAGES
    response["HX-Reswap"] = "outerHTML show:top"
    response["HX-Push-Url"] = "false"
    patch_vary_headers(response, ["HX-Request"])
    return response


def _back(request: HttpRequest) -> str:
    """Give the page the person came from, when it is one of ours and not this one.

    A form refused is gone back to; under a name that is not ours there is no way back.
    """
    came_from = request.headers.get("Referer", "")
    if not addresses.is_ours(request, came_from):
        return ""
    here = request.method == "GET" and came_from == request.build_absolute_uri()
    return "" if here else came_from


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
            or _is_told(response)
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
            return page_now(request, exception) or refused(
                request,
                exception.status,
                exception.sentence,
                exception.what_to_do,
                heading=exception.heading,
                way_out=exception.way_out,
            )
        said = limits.explained(exception)
        return refused(request, 422, f"Too much for its place: {said}.") if said else None


def _is_told(response: HttpResponse) -> bool:
    """Tell whether an endpoint has said it already, to a script."""
    return "json" in response.get("Content-Type", "")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400 (handler400)."""
    return refused(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403 (handler403); who was sent here by signing in as somebody else is told so."""
    kept = None if wants_part(request) else unsent.waiting(request)
    if kept is None:
        return refused(request, 403, str(exception))
    return refused(
        request,
        403,
        "Nothing was done: the form was made for somebody else, and its page is not open to this account.",
        "Sign out, and sign in as who began it.",
        heading=f"You are signed in as {people.name_of(request.user)} now",
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404 (handler404)."""
    return refused(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer 500 (handler500)."""
    return refused(request, 500)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 to a form without a valid token that came from no page of ours."""
    return refused(
        request,
        403,
        "The form was sent without a valid protection token.",
        "Reload the page and send the form again; cookies must be allowed.",
        heading="Nothing was done",
    )
