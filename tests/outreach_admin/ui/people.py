"""A list of users with its addresses: the smallest page that uses every part of a list."""

from dataclasses import dataclass

import django_filters
from django.contrib.auth import get_user_model
from django.contrib.auth import views as auth
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path

from outreach_admin.exceptions import Refused
from outreach_admin.lists.filters import StrictFilterSet
from outreach_admin.lists.selection import Selection
from outreach_admin.ui import tables
from outreach_admin.ui.pages.lists import TablePage

User = get_user_model()
SURNAMES = [(name, name.capitalize()) for name in ("adams", "baker", "clark")]


class PersonTable(tables.Table):
    noun, nouns, default_sort = "person", "people", "-joined"
    username = tables.LinkColumn(url=lambda person: f"/people/{person.pk}/", sort=True)
    last_name = tables.CutColumn(default="none")
    joined = tables.AgoColumn(accessor="date_joined", sort="date_joined")
    seen = tables.AgoColumn(accessor="last_login", chosen=False)


class PersonFilter(StrictFilterSet):
    facets = ("last_name",)
    last_name = django_filters.MultipleChoiceFilter(choices=SURNAMES, label="Surname")
    is_active = django_filters.BooleanFilter()
    q = django_filters.CharFilter(field_name="username", lookup_expr="icontains", label="Text")
    joined_after = django_filters.IsoDateTimeFilter(
        field_name="date_joined", lookup_expr="gte", label="Joined after"
    )
    number = django_filters.RangeFilter(field_name="id")

    class Meta:
        model = User
        fields = ()


@dataclass(frozen=True)
class Verb:
    name: str
    label: str
    permission: str
    icon: str = "pause"
    key: str = ""


class PersonList(TablePage):
    permission_required = "auth.view_user"
    title = "People"
    queryset = User.objects.all()
    table_class = PersonTable
    filterset_class = PersonFilter
    verbs = (
        Verb("park", "Park", "auth.change_user", key="p"),
        Verb("delete", "Delete", "auth.delete_user"),
    )
    plan_url_name = "plan"


def plan(request: HttpRequest, verb: str) -> JsonResponse:
    chosen = Selection.from_post(request.POST)
    return JsonResponse(
        {"verb": verb, "scope": chosen.scope, "ids": chosen.ids, "filter": chosen.filter}
    )


def refuse(request: HttpRequest, status: int) -> HttpResponse:
    raise Refused("The plan is too old.", what_to_do="Plan again.", status=status)


handler400 = "outreach_admin.ui.pages.refusals.bad_request"
handler403 = "outreach_admin.ui.pages.refusals.forbidden"
handler404 = "outreach_admin.ui.pages.refusals.not_found"
governance = ([path("people/", PersonList.as_view(), name="error-list")], "governance")
urlpatterns = [
    path("", include(governance)),
    path("others/", PersonList.as_view(), name="other-list"),
    path("plan/<str:verb>/", plan, name="plan"),
    path("refuse/<int:status>/", refuse),
    path("sign-in/", auth.LoginView.as_view(), name="login"),
    path("sign-out/", auth.LogoutView.as_view(), name="logout"),
    path("password/", auth.PasswordChangeView.as_view(success_url="/"), name="password_change"),
    path("", include("outreach_admin.ui.urls")),
]
