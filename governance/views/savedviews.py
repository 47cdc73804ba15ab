"""Saved views: the tabs above a list, and the page where they are kept."""

from typing import Any
from urllib.parse import quote, urlencode

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.functional import cached_property
from django.views import View

from governance.forms.savedviews import SaveViewForm
from governance.models import SavedView
from governance.queries import savedviews
from governance.services import savedviews as service_savedviews
from outreach_admin.exceptions import BadRequest
from outreach_admin.lists.filters import StrictFilterSet
from outreach_admin.lists.paging import size_of
from outreach_admin.ui.pages.base import Crumb, Page
from outreach_admin.ui.pages.lists import Tab, TablePage

KEPT_STATE = ("columns", "size", "sort")
LONGEST_QUERY = 4000


class SavedTabs(TablePage):
    """A list with saved views above it; the team's default is what its bare address shows."""

    page_name = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the default view where the address asks for nothing."""
        view = request.GET.get("view")
        if view not in (None, "all"):
            raise BadRequest(
                f"“{view}” is not a view of this list.", what_to_do="Choose one of its tabs."
            )
        default = (
            None
            if request.GET
            else next((saved for saved in self.saved if saved.is_default and saved.query), None)
        )
        if default:
            return HttpResponseRedirect(f"{request.path}?{default.query}")
        return super().get(request, *args, **kwargs)

    @cached_property
    def saved(self) -> list[SavedView]:
        return list(savedviews.seen_by(self.request.user, self.page_name))

    @cached_property
    def state(self) -> str:
        """Write what the list shows now as a view keeps it."""
        return state_of(type(self), self.request.GET)

    def tabs(self) -> list[Tab]:
        """List the views with their counts, then everything."""
        found = [
            Tab(
                view.name,
                f"?{view.query}",
                self.count_of(view.query),
                self.state == view.query,
                view.is_default,
            )
            for view in self.saved
        ]
        return [*found, Tab("Everything", "?view=all", self.count_of(""), not self.state)]

    def count_of(self, query: str) -> int | None:
        """Count the rows of a view where that costs nothing; None where it would."""
        return None

    def save_view_url(self) -> str:
        """Give the address where the present state is saved: the list's own keys, not written into one value, which would double them."""
        return f"{reverse('governance:view-save')}?page={self.page_name}&{self.state}".rstrip("&")


def state_of(page: type[TablePage], data: QueryDict) -> str:
    """Write a list's filter, order and columns as one text; refuse what the list would refuse."""
    filterset: StrictFilterSet = page.filterset_class(data, None)
    filterset.check()
    page.table_class.order_of(data.get("sort"))
    size_of(data.get("size"))
    names = {name for value in data.getlist("columns") for name in value.split(",") if name}
    if unknown := names - page.table_class.optional_columns().keys():
        raise BadRequest(
            f"Unknown column “{min(unknown)}”.",
            what_to_do="Open the list and choose its columns again.",
        )
    state = {(key, value) for key in KEPT_STATE for value in data.getlist(key) if value}
    return urlencode(sorted({*filterset.pairs(), *state}), quote_via=quote)


class ViewSave(LoginRequiredMixin, Page):
    """Name the present state of a list, share it, or tidy up the views there are."""

    permission_required = ()
    template_name = "governance/savedviews/save.html"
    title = "Save view"

    def has_permission(self) -> bool:
        """Let those save who may see the list."""
        return self.request.user.is_authenticated and self.request.user.has_perms(
            as_tuple(self.list_page.permission_required)
        )

    @cached_property
    def given(self) -> QueryDict:
        """Read page and query: from the form when posted, else from the address, whose other keys are the list's."""
        if self.request.method == "POST":
            return self.request.POST
        given = self.request.GET.copy()
        page = given.pop("page", [""])[-1]
        state = given.urlencode()
        given["page"], given["query"] = page, state
        return given

    @cached_property
    def list_page(self) -> type[SavedTabs]:
        return list_page(self.given.get("page", ""))

    @property
    def nav(self) -> str:  # type: ignore[override]
        """Stand at the list's place in the navigation."""
        return self.list_page.page_name

    def crumbs(self) -> list[Crumb]:
        return [Crumb(self.title)]

    @cached_property
    def query(self) -> str:
        text = self.given.get("query", "")
        if len(text) > LONGEST_QUERY:
            raise BadRequest(
                f"This view has {len(text):,} characters: too long to keep.",
                what_to_do=f"Use fewer filters: {LONGEST_QUERY:,} characters fit.",
            )
        return state_of(self.list_page, QueryDict(text))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the form, what will be kept, and the views there are."""
        user = self.request.user
        form = kwargs.pop("form", None) or SaveViewForm(
            initial={"page": self.list_page.page_name, "query": self.query},
            shares=user.has_perm(service_savedviews.SHARE),
        )
        views = savedviews.seen_by(user, self.list_page.page_name)
        rows = [
            {
                "view": view,
                "url": address_of(view),
                "may_delete": service_savedviews.may_delete(view, user),
                "may_default": user.has_perm(service_savedviews.SHARE) and not view.is_default,
            }
            for view in views
        ]
        chips = self.list_page.filterset_class(QueryDict(self.query), None).chips()
        back = f"{reverse(self.list_page.page_name)}?{self.query}"
        return super().get_context_data(form=form, views=rows, chips=chips, back_url=back, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SaveViewForm(request.POST, shares=request.user.has_perm(service_savedviews.SHARE))
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        wanted = {name: form.cleaned_data.get(name, False) for name in ("shared", "default")}
        view = service_savedviews.save(
            page=self.list_page.page_name,
            name=form.cleaned_data["name"],
            query=self.query,
            by=person(request),
            **wanted,
        )
        messages.success(request, f"Saved as “{view.name}”.")
        return HttpResponseRedirect(address_of(view))


class ViewDelete(LoginRequiredMixin, View):
    """Forget a view."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        view = get_object_or_404(savedviews.visible(person(request)), pk=pk)
        service_savedviews.delete(view, by=person(request))
        messages.success(request, f"Deleted the view “{view.name}”.")
        return HttpResponseRedirect(reverse(view.page))


class ViewDefault(LoginRequiredMixin, View):
    """Choose the view that the team starts with."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        view = get_object_or_404(savedviews.visible(person(request)), pk=pk)
        service_savedviews.make_default(view, by=person(request))
        messages.success(request, f"The team now starts with “{view.name}”.")
        return HttpResponseRedirect(reverse(view.page))


def address_of(view: SavedView) -> str:
    """Return where a view shows its list; one that keeps nothing shows everything."""
    return f"{reverse(view.page)}?{view.query or 'view=all'}"


def list_page(name: str) -> type[SavedTabs]:
    """Return the list of that URL name; refuse names of other pages."""
    try:
        page = getattr(resolve(reverse(name)).func, "view_class", None)
    except NoReverseMatch:
        page = None
    if page is None or not issubclass(page, SavedTabs):
        raise BadRequest(
            "Views are saved from a list.", what_to_do="Open the list and choose “Save view”."
        )
    return page


def person(request: HttpRequest) -> User:
    """Return who is signed in."""
    assert isinstance(request.user, User)
    return request.user


def as_tuple(permissions: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return one or several permissions as several."""
    return (permissions,) if isinstance(permissions, str) else tuple(permissions)
