"""The list of parts: filter, columns, page, export, addresses."""

import django_filters
from django.urls import include, path

from governance.resources import exports
from governance.views.files.exports import ExportPage
from governance.views.subjects import SubjectList
from outreach_admin.lists.fields import AnyOf
from outreach_admin.lists.filters import StrictFilterSet
from outreach_admin.ui import tables
from tests.parts.models import Part
from tests.parts.subject import PART


class PartFilter(StrictFilterSet):
    """By state and name."""

    state = AnyOf(choices=[("good", "Good"), ("scrapped", "Scrapped")], label="State")
    name = django_filters.CharFilter(label="Name")
    facets = ("state",)

    class Meta:
        model = Part
        fields: list[str] = []


class PartTable(tables.Table):
    """Name, state, date."""

    noun = "part"
    nouns = "parts"
    default_sort = "name"
    name = tables.Column(sort="name", card="title")
    state = tables.Column()
    due = tables.Column()


class PartList(SubjectList):
    """All parts."""

    subject = "part"
    title = "Parts"
    permission_required = "parts.view_part"


PARTS = exports.Export.of(
    PART,
    name="parts",
    url="parts:part-export",
    permission="parts.view_part",
    columns={"part": "id", "name": "name", "state": "state", "due": "due"},
)
exports.register(PARTS)

parts = [
    path("parts/", PartList.as_view(), name="part-list"),
    path("parts/export/", ExportPage.as_view(export=PARTS), name="part-export"),
]
urlpatterns = [path("", include((parts, "parts"))), path("", include("outreach_admin.urls"))]
