"""What a browser remembers for its person, in cookies: theme, keyboard shortcuts."""

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views import View
from django.views.generic import TemplateView

from outreach_admin.exceptions import BadRequest
from outreach_admin.ui.pages.addresses import ours

OFFERED = {"theme": ("system", "light", "dark"), "keys": ("on", "off")}
YEAR = 365 * 24 * 3600


class Keys(NamedTuple):
    """One line of the keyboard help."""

    keys: tuple[str, ...]
    does: str


SHORTCUTS = (
    Keys(("/",), "Search"),
    Keys(("g", "o"), "Go to the overview"),
    Keys(("g", "e"), "Go to the errors"),
    Keys(("g", "c"), "Go to the companies"),
    Keys(("g", "a"), "Go to the approvals"),
    Keys(("j",), "Next row or error"),
    Keys(("k",), "Previous row or error"),
    Keys(("x",), "Select the row"),
    Keys(("Shift", "x"), "Select from the last selected row to this one"),
    Keys(("Enter",), "Open the row"),
    Keys(("u",), "Back to the list"),
    Keys(("p",), "Park this row, or preview for those selected"),
    Keys(("r",), "Retry: preview first"),
    Keys(("e",), "Resolve this row, or preview for those selected"),
    Keys(("z",), "Undo what was just done to a row"),
    Keys(("f",), "Filter"),
    Keys(("?",), "This help"),
)


def read(request: HttpRequest, name: str) -> str:
    """Read a preference; anything else in the cookie is the first one offered."""
    value = request.COOKIES.get(name, "")
    return value if value in OFFERED[name] else OFFERED[name][0]


class SetPreference(View):
    """Keep one preference for a year and go back to the page it was chosen on."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Set the cookies named in the form; refuse a value that is not offered."""
        back = ours(request, request.POST.get("next", ""))
        response = HttpResponseRedirect(back or reverse("ui:keys"))
        chosen = {name: request.POST[name] for name in OFFERED if name in request.POST}
        for name, value in chosen.items():
            if value not in OFFERED[name]:
                raise BadRequest(
                    f"“{value}” is not an offered {name}.",
                    what_to_do=f"Choose one of {', '.join(OFFERED[name])}.",
                )
            response.set_cookie(
                name, value, max_age=YEAR, httponly=True, samesite="Lax", secure=request.is_secure()
            )
        return response


class KeyboardHelp(TemplateView):
    """The keyboard shortcuts as a page, for a browser without scripts."""

    template_name = "keys.html"
    extra_context = {"title": "Keyboard shortcuts"}
