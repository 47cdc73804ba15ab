"""Saved views: the tabs above a list, and the page where they are kept."""

import re
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
from governance.views import keptfilters
from outreach_admin.exceptions import BadRequest
from outreach_admin.lists import kept
from outreach_admin.lists.filters import PLACE_KEYS, StrictFilterSet
from outreach_admin.lists.paging import size_of
from outreach_admin.ui.pages.base import Crumb, Page
from outreach_admin.ui.pages.lists import Notice, Remedy, Tab, TablePage
from outreach_admin.ui.pages.stale import Parted, parted

KEPT_STATE = ("columns", "size", "sort")
NUMBER = re.compile(r"[0-9]{1,18}")


class SavedTabs(TablePage):
    """A list with saved views above it; the team's default is what its bare address shows.

    A view that asks for something the list no longer has opens without that, and says so.
    """

    page_name = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the default view where the address asks for nothing."""
        self.refuse_unknown_view()
        default = (
            None
            if request.GET
            else next((saved for saved in self.saved if saved.is_default and saved.query), None)
        )
        if default:
            return HttpResponseRedirect(f"{request.path}?{default.shown_query}")
        try:
            return super().get(request, *args, **kwargs)
        except BadRequest:
            stale = self.view_asked_for
            if stale is None or not self.parted.gone:
                raise
            text = opened(stale, self.parted)
            return HttpResponseRedirect(keptfilters.address(request.path, text, request))

    def refuse_unknown_view(self) -> None:
        """Refuse what names neither everything nor a view by its number; one that is deleted asks for nothing."""
        view = self.request.GET.get("view")
        if view not in (None, "all") and not NUMBER.fullmatch(view):
            raise BadRequest(
                f"“{view}” is not a view of this list.", what_to_do="Choose one of its tabs."
            )

    @cached_property
    def saved(self) -> list[SavedView]:
        return list(savedviews.seen_by(self.request.user, self.page_name))

    @cached_property
    def state(self) -> str:
        """Write what the list shows now as a view keeps it."""
        return state_of(type(self), self.request.GET)

    @cached_property
    def view_named(self) -> SavedView | None:
        """Find the view that the address names by its number."""
        number = self.request.GET.get("view")
        return next((view for view in self.saved if str(view.pk) == number), None)

    @cached_property
    def view_asked_for(self) -> SavedView | None:
        """Find the view whose very state the address carries, understood or not."""
        asked = state_in(self.request.GET)
        return next((view for view in self.saved if state_in(QueryDict(view.query)) == asked), None)

    @cached_property
    def stale(self) -> Parted | None:
        """Part the named view where this is what is left of it; None where nothing of it is gone."""
        if self.view_named is None:
            return None
        found = parted_view(self.view_named)
        is_here = found.gone and state_of(type(self), found.kept) == self.state
        return found if is_here else None

    @cached_property
    def current(self) -> SavedView | None:
        """Find the one view that is shown: the one named, else the first with this state."""
        named = self.view_named
        if named and (self.stale or named.query == self.state):
            return named
        return next((view for view in self.saved if view.query == self.state), None)

    def tabs(self) -> list[Tab]:
        """List the views with their counts, then everything."""
        shown: set[str] = set()
        found = []
        for view in self.saved:
            number = "" if view.query and view.query not in shown else f"view={view.pk}"
            shown.add(view.query)
            found.append(
                Tab(
                    view.name,
                    "?" + "&".join(filter(None, [view.shown_query, number])),
                    self.count_of(view.query),
                    view == self.current,
                    view.is_default,
                )
            )
        is_everything = not self.state and self.current is None
        return [*found, Tab("Everything", "?view=all", self.count_of(""), is_everything)]

    def notice(self) -> Notice | None:
        """Say what the view asks for in vain, and offer to mend or delete it to those who may."""
        view, stale = self.view_named, self.stale
        if view is None and self.request.GET.get("view", "all") != "all":
            return Notice("This view is no longer there.", "What you see is the list without it.")
        if view is None or stale is None:
            return super().notice()
        sentence = (
            f"“{view.name}” asks for {stale.words}, which this list no longer has: "
            "it is shown without."
        )
        if not service_savedviews.may_change(view, person(self.request)):
            return Notice(sentence, "Ask its owner, or a manager, to mend it.")
        names = {"Keep it as shown": "view-mend", "Delete the view": "view-delete"}
        return Notice(
            sentence,
            "It may hold more rows than was meant.",
            [
                Remedy(label, reverse(f"governance:{name}", args=[view.pk]))
                for label, name in names.items()
            ],
        )

    def count_of(self, query: str) -> int | None:
        """Count the rows of a view where that costs nothing; None where it would."""
        return None

    def save_view_url(self) -> str:
        """Give the address where the present state is saved: the list's own keys, not written into one value, which would double them."""
        state = kept.shortened(self.state, self.request.GET)
        return f"{reverse('governance:view-save')}?page={self.page_name}&{state}".rstrip("&")


def state_in(data: QueryDict) -> set[tuple[str, str]]:
    """Return what an address asks of a list, understood or not; where in it one stands is left out."""
    left_out = {*PLACE_KEYS, "view"}
    return {(key, value) for key, values in data.lists() if key not in left_out for value in values}


def parted_view(view: SavedView) -> Parted:
    """Part a view into what its list still has and what it has not."""
    page = list_page(view.page)
    return parted(QueryDict(view.query), page.filterset_class, page.table_class)


def opened(view: SavedView, stale: Parted) -> str:
    """Write the address of what is left of a view, which it names."""
    query = stale.kept.copy()
    query["view"] = str(view.pk)
    return query.urlencode()


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
        state = kept.whole(given)
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
        if len(text) > kept.LONGEST:
            raise BadRequest(
                f"This view has {len(text):,} characters: too long to keep.",
                what_to_do=f"Use fewer filters: {kept.LONGEST:,} characters fit.",
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
                "url": view.address,
                "may_delete": service_savedviews.may_change(view, user),
                "may_default": user.has_perm(service_savedviews.SHARE) and not view.is_default,
            }
            for view in views
        ]
        chips = self.list_page.filterset_class(QueryDict(self.query), None).chips()
        back = keptfilters.address(reverse(self.list_page.page_name), self.query, self.request)
        return super().get_context_data(form=form, views=rows, chips=chips, back_url=back, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        shares = request.user.has_perm(service_savedviews.SHARE)
        form = SaveViewForm(request.POST, shares=shares, taken="replace" in request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        try:
            view = self.save(form)
        except service_savedviews.NameTaken as refusal:
            form = SaveViewForm(request.POST, shares=shares, taken=True)
            form.add_error("name", refusal.sentence)
            form.add_error("replace", "Tick this to replace it, or give this one another name.")
            context = self.get_context_data(form=form)
            return self.render_to_response(context, status=refusal.status)
        messages.success(request, f"Saved as “{view.name}”.")
        return HttpResponseRedirect(view.address)

    def save(self, form: SaveViewForm) -> SavedView:
        asked = ("shared", "default", "replace")
        return service_savedviews.save(
            page=self.list_page.page_name,
            name=form.cleaned_data["name"],
            query=self.query,
            by=person(self.request),
            **{name: form.cleaned_data.get(name, False) for name in asked},
        )


class ViewMend(LoginRequiredMixin, View):
    """Leave out of a view what its list no longer has."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        view = get_object_or_404(savedviews.visible(person(request)), pk=pk)
        found = parted_view(view)
        if found.gone:
            query = state_of(list_page(view.page), found.kept)
            view = service_savedviews.mend(view, query=query, by=person(request))
            messages.success(request, f"“{view.name}” no longer asks for {found.words}.")
        return HttpResponseRedirect(view.address)


class ViewDelete(LoginRequiredMixin, View):
    """Forget a view."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        view = get_object_or_404(savedviews.visible(person(request)), pk=pk)
        service_savedviews.delete(view, by=person(request))
        messages.success(request, f"Deleted the view “{view.name}”.")
        return HttpResponseRedirect(view.address.partition("?")[0] or "/")


class ViewDefault(LoginRequiredMixin, View):
    """Choose the view that the team starts with."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        view = get_object_or_404(savedviews.visible(person(request)), pk=pk)
        service_savedviews.make_default(view, by=person(request))
        messages.success(request, f"The team now starts with “{view.name}”.")
        return HttpResponseRedirect(reverse(view.page))


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
