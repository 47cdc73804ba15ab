"""What somebody is told whose session has ended: sign in, here; nothing was done, and what was typed is kept."""

import json
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import LoginView, redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.shortcuts import render, resolve_url
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect

from outreach_admin.signin import SignInForm
from outreach_admin.ui import people
from outreach_admin.ui.pages import addresses, begun, refusals, unsent
from outreach_admin.ui.pages.base import wants_part
from outreach_admin.ui.pages.unsent import Unsent

FORGOTTEN = "Nothing was saved: the page was from before you signed in again. Enter it once more."
FOREIGN = "Nothing was saved: the form was begun by somebody else, and what it held is dropped."
UNAUTHORIZED = 401
CONFLICT = 409
# characters; a longer way back would not fit into the address of the sign-in, percent-encoded once more
LONGEST_WAY_BACK = 2_000


class SignIn(LoginView):
    """The door; what a form brought too late waits on the page behind it."""

    authentication_form = SignInForm
    redirect_authenticated_user = True
    # its base takes PUT for POST
    http_method_names = ["get", "head", "options", "post"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Carry on what came too late."""
        carried = self.request.POST.get(unsent.KEY, "")
        return super().get_context_data(unsent=carried, **kwargs)

    def form_valid(self, form: SignInForm) -> HttpResponse:  # type: ignore[override]
        """Open, and take what came too late along."""
        response = super().form_valid(form)
        take_along(self.request)
        return response

    def get_redirect_url(self, request: HttpRequest | None = None) -> str:
        """Read the way back, however long it is."""
        given = self.request.POST.get("next", self.request.GET.get("next", ""))
        return given if addresses.is_ours(self.request, given) else ""

    def get_success_url(self) -> str:
        """Lead to a page: never to an address that only takes forms, nor back to the door."""
        address = addresses.shown(super().get_success_url())
        is_door = address.partition("?")[0] == self.request.path
        return resolve_url(settings.LOGIN_REDIRECT_URL) if is_door else address


class SignInAgainMiddleware:
    """Where a stranger would be sent to the sign-in: ask at once when a form or a long address would be lost on the way."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; look at where the answer sends."""
        response = self.get_response(request)
        if not _sends_to_sign_in(request, response):
            return response
        if request.method == "POST":
            return _asked_after_form(request, response)
        if wants_part(request):
            return _asked_for_part(request)
        if len(response["Location"]) > LONGEST_WAY_BACK:
            return ask(request, request.get_full_path())
        return response


def stale(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token belongs to an earlier session: nothing is done, and its page comes again (CSRF_FAILURE_VIEW).

    What did not come from a page of ours is refused.
    """
    kept = unsent.of(request)
    if kept is None:
        return refusals.csrf_failed(request, reason)
    is_known = request.user.is_authenticated
    door = resolve_url(settings.LOGIN_URL)
    if request.path == door:
        return _asked_anew(request)
    if request.path == resolve_url("logout") and not is_known:
        return HttpResponseRedirect(door)
    if wants_part(request):
        return _told_of_new_token(request) if is_known else _told_to_sign_in(request)
    if not is_known:
        return ask(request, kept.page, kept)
    hand_back(request, kept)
    return HttpResponseRedirect(kept.page)


def ask(request: HttpRequest, way_back: str, kept: Unsent | None = None) -> HttpResponse:
    """Show the sign-in in place of the answer; `way_back` and what came too late travel in its form."""
    return _door(request, way_back, unsent.written(kept))


def take_along(request: HttpRequest) -> None:
    """Keep what the form of the sign-in carries for the page it leads to."""
    kept = unsent.read(request.POST.get(unsent.KEY, ""))
    if kept:
        hand_back(request, kept)


def hand_back(request: HttpRequest, kept: Unsent) -> None:
    """Keep it for its page, and for whom it was shown to; pages of reference data are Django's own and show only a message."""
    given = kept.given_to(request.user)
    if addresses.app_of(kept.page) == "admin":
        messages.warning(request, FOREIGN if given.is_foreign else FORGOTTEN)
    else:
        unsent.keep(request, given)


def _door(request: HttpRequest, way_back: str, carried: str) -> HttpResponse:
    context = {
        "form": SignInForm(request),
        "next": way_back,
        "unsent": carried,
    }
    response = render(request, "registration/login.html", context, status=UNAUTHORIZED)
    add_never_cache_headers(response)
    return response


def _sends_to_sign_in(request: HttpRequest, response: HttpResponse) -> bool:
    """Tell whether a stranger was kept out of this very address."""
    if response.status_code != 302:
        return False
    location: str = response["Location"]
    return location == redirect_to_login(request.get_full_path()).url


def _asked_after_form(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Keep the form; one that names no page of ours loses its way, and leads to the start."""
    if wants_part(request):
        return _told_to_sign_in(request)
    kept = unsent.of(request)
    if kept is None:
        return redirect_to_login(addresses.shown(request.path))
    return ask(request, kept.page, kept)


def _asked_for_part(request: HttpRequest) -> HttpResponse:
    """Send the whole page to the sign-in: a redirect would be followed, and its page swapped into the part."""
    here = request.headers.get("HX-Current-URL", request.build_absolute_uri())
    page = addresses.local(here) if addresses.is_ours(request, here) else request.path
    sign_in = redirect_to_login(page).url
    response = HttpResponseClientRedirect(page if len(sign_in) > LONGEST_WAY_BACK else sign_in)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _asked_anew(request: HttpRequest) -> HttpResponse:
    """Answer the sign-in of a page from before: who has signed in meanwhile goes on."""
    way_back = addresses.shown(addresses.ours(request, request.POST.get("next", "")) or "/")
    if not request.user.is_authenticated:
        return _door(request, way_back, request.POST.get(unsent.KEY, ""))
    take_along(request)
    return HttpResponseRedirect(way_back)


def _told_to_sign_in(request: HttpRequest) -> HttpResponse:
    return refusals.notice(
        request,
        "_signed_out.html",
        status=UNAUTHORIZED,
    )


def _told_of_new_token(request: HttpRequest) -> HttpResponse:
    """Leave the page as it is and give it the token of the present session, so that the form can be sent again.

    Only whom the page was made for gets it.
    """
    if not begun.is_of(begun.owner(request), request.user):
        return _told_of_another(request)
    response = refusals.refused(
        request,
        CONFLICT,
        "Nothing was done: this page is from before you signed in again.",
        f"You are signed in as {people.name_of(request.user)}. Send it once more.",
    )
    response["HX-Trigger"] = json.dumps({"renewed": {"token": get_token(request)}})
    return response


def _told_of_another(request: HttpRequest) -> HttpResponse:
    return refusals.refused(
        request,
        CONFLICT,
        "Nothing was done: this page was made for another account.",
        f"You are signed in as {people.name_of(request.user)}. Load the page again.",
    )
