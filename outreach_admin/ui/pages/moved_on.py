"""An action on a page that has moved on: answered with the page as it is now."""

from copy import copy
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import ResolverMatch, resolve, reverse

from outreach_admin.exceptions import Refused
from outreach_admin.ui.pages.base import wants_part

AS_IT_IS_NOW = "What you see is the page as it is now."
WHOLE = "#main"


def page_now(request: HttpRequest, refusal: Refused) -> HttpResponse | None:
    """Answer a refused action with the page that it belongs to, and what happened above it.

    None where the refusal does not come of a page that has moved on, or where the view of the
    action names no `page` (the name of an address that takes the same arguments).
    """
    action = request.resolver_match
    name = _page_of(action)
    if refusal.status != HTTPStatus.CONFLICT or action is None or not name:
        return None
    said = filter(None, [refusal.sentence, refusal.what_to_do, AS_IT_IS_NOW])
    messages.error(request, " ".join(said))
    answer = _opened(request, reverse(name, kwargs=action.kwargs))
    answer.status_code = refusal.status
    if wants_part(request):
        answer["HX-Retarget"] = WHOLE
        answer["HX-Reselect"] = WHOLE
        answer["HX-Reswap"] = "outerHTML show:top"
        answer["HX-Push-Url"] = "false"
    return answer


def _page_of(action: ResolverMatch | None) -> str:
    view = getattr(action and action.func, "view_class", None)
    return getattr(view, "page", "")


def _opened(request: HttpRequest, address: str) -> HttpResponse:
    """Open an address as if the person had followed a link to it."""
    opened = copy(request)
    opened.__dict__.pop("headers", None)
    opened.META = {
        name: value for name, value in request.META.items() if not name.startswith("HTTP_HX_")
    }
    opened.method = "GET"
    opened.path = opened.path_info = address
    opened.GET = QueryDict()
    match = opened.resolver_match = resolve(address)
    answer: HttpResponse = match.func(opened, *match.args, **match.kwargs)
    return answer
