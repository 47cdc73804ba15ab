"""Long filters on their way: an address names them by a key, pages read them whole."""

from collections.abc import Callable

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import Resolver404, resolve
from django.views import View

from governance.exceptions import FilterRefused
from governance.models import KeptFilter
from governance.queries import keptfilters
from governance.services import keptfilters as kept_service
from outreach_admin.exceptions import BadRequest, Refused
from outreach_admin.lists import kept
from outreach_admin.lists.kept import ShortQuery
from outreach_admin.ui.pages import addresses, begun, refusals

# what a form carries beside the filter
OF_THE_FORM = ("csrfmiddlewaretoken", begun.FIELD, "path")


class KeptFilterMiddleware:
    """Give views the whole filter that an address names; lead from an address that is long to one that names it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Read the address; strangers are sent to the sign-in as they came."""
        try:
            answer = _answer(request)
        except Refused as refusal:
            answer = refusals.refused(
                request,
                refusal.status,
                refusal.sentence,
                refusal.what_to_do,
                way_out=refusal.way_out,
            )
        return answer or self.get_response(request)


class FilterKeep(LoginRequiredMixin, View):
    """Take a list's address that is too long to be asked for, and lead to it."""

    http_method_names = ["options", "post"]

    def post(self, request: HttpRequest) -> HttpResponseRedirect:
        """Keep the filter that is sent as one text, or as the fields of a form, and lead to its list."""
        path = addresses.ours(request, request.POST.get("path", ""))
        if not path or not addresses.shows(path):
            raise BadRequest(
                "This names no page of the console.",
                what_to_do="Open the list and filter again.",
            )
        text = request.POST.get("query", _filled(request.POST))
        return HttpResponseRedirect(address(path, text, request))


def address(path: str, text: str, request: HttpRequest) -> str:
    """Write the address of a page under a filter; one that is too long is kept, and named."""
    given = _read(text)
    if kept.KEY in given:
        given = _over(given, request)
    asked, state = kept.parts(given)
    if len(asked) <= kept.ROOM:
        return f"{path}?{kept.whole(given)}"
    found = kept_service.keep(asked, by=request.user)  # type: ignore[arg-type]
    return f"{path}?" + "&".join(filter(None, [f"{kept.KEY}={found.key}", state]))


def within(link: str, request: HttpRequest) -> str:
    """Give a link that fits, whatever filter it carries."""
    path, _, text = link.partition("?")
    return link if len(text) <= kept.ROOM else address(path, text, request)


def _filled(form: QueryDict) -> str:
    """Write the fields of a filter form as a browser writes them into an address."""
    said = QueryDict(mutable=True)
    for key, values in form.lists():
        if key not in OF_THE_FORM:
            said.setlist(key, values)
    return said.urlencode()


def _answer(request: HttpRequest) -> HttpResponse | None:
    text = request.META.get("QUERY_STRING", "")
    is_long = len(text) > kept.ROOM
    is_named = f"{kept.KEY}=" in text
    if not (is_long or is_named) or not request.user.is_authenticated:
        return None
    if is_long and request.method == "GET" and _lists(request.path):
        short = address(request.path, text, request)
        # what is long for another reason than its filter stays as it is
        return HttpResponseRedirect(short) if len(short) < len(text) else None
    if kept.KEY in request.GET:
        given = request.GET
        request.GET = _over(given, request)  # type: ignore[assignment]
        return _led_to_what_can_be_sent(given, request)
    return None


def _led_to_what_can_be_sent(given: QueryDict, request: HttpRequest) -> HttpResponseRedirect | None:
    """Lead from a view of one's own to its digest: whoever is sent the address reads it too."""
    key = request.GET.base.key  # type: ignore[attr-defined]
    if key == given[kept.KEY] or request.method != "GET" or not _lists(request.path):
        return None
    sent = given.copy()
    sent[kept.KEY] = key
    return HttpResponseRedirect(f"{request.path}?{sent.urlencode()}")


def _lists(path: str) -> bool:
    try:
        view = resolve(path).func
    except Resolver404:
        return False
    return hasattr(getattr(view, "view_class", None), "filterset_class")


def _over(given: QueryDict, request: HttpRequest) -> QueryDict:
    """Read the kept filter with what an address changes of it; refuse one that is gone."""
    key = given[kept.KEY]
    base = keptfilters.named(key, reader=request.user)  # type: ignore[arg-type]
    if base is None:
        refusal = FilterRefused(
            "The filter that this address names is no longer kept, or is a view that you may not see.",
            what_to_do=f"Filters that nobody asked for in {KeptFilter.LIFE.days} days are forgotten. "
            "Filter again, and save what you need as a view.",
            status=410,
        )
        refusal.way_out = request.path
        raise refusal
    if keptfilters.is_of_one(key):
        base = kept_service.keep(base.text, by=request.user)  # type: ignore[arg-type]
    else:
        kept_service.use(key)
    whole = ShortQuery.over(base, given)
    whole._mutable = False
    return whole


def _read(text: str) -> QueryDict:
    try:
        return QueryDict(text)
    except (TooManyFieldsSent, UnicodeDecodeError) as reason:
        raise BadRequest(
            "This filter has too many values, or cannot be read.",
            what_to_do="Choose fewer values.",
        ) from reason
