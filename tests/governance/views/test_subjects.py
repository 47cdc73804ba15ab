"""A list is what its subject declares: rows, columns, filter, verbs, export, saved views."""

import re

import pytest
from django.test import RequestFactory
from django.urls import reverse

from governance import subjects
from governance.models import ArchivedError, HubError
from governance.verbs import registry
from governance.views.errors.archive import ArchiveList
from governance.views.errors.queue import ErrorList
from governance.views.subjects import SubjectList
from tests import make

pytestmark = pytest.mark.django_db
LISTS = [(ErrorList, "error"), (ArchiveList, "archive")]


class TargetList(SubjectList):
    permission_required = "governance.view_companytarget"
    title = "Company targets"
    subject = "company_target"


def toolbar_of(page, person) -> list[str]:
    view = page()
    view.setup(RequestFactory().get("/?code=A" if page is not TargetList else "/"))
    view.request.user = person
    return [link.url for link in SubjectList.toolbar(view)]


@pytest.mark.parametrize(("page", "name"), LISTS)
def test_filter_columns_and_views_are_those_of_the_subject(page, name):
    subject = subjects.named(name)

    assert page.filterset_class is subject.resolve("filterset")
    assert page.table_class is subject.resolve("table")
    assert page.page_name == subject.list_url
    assert page().verbs == registry.offered_for(name)


def test_a_list_that_names_its_subject_alone_gives_every_row_with_its_company(
    django_assert_num_queries,
):
    made = {make.target(outreach=make.company().outreach) for _ in range(3)}

    with django_assert_num_queries(1):
        rows = list(TargetList().get_queryset())
        assert all(row.outreach.company.company_name for row in rows)

    assert set(rows) == made


@pytest.mark.parametrize(("page", "name"), LISTS)
def test_the_way_out_keeps_the_filter_and_is_shown_to_those_who_may(page, name):
    address = reverse(f"governance:{name}-export")

    assert toolbar_of(page, make.analyst()) == [f"{address}?code=A"]
    assert toolbar_of(page, make.viewer()) == []


def test_a_subject_without_an_export_has_no_way_out():
    assert toolbar_of(TargetList, make.superuser()) == []


@pytest.mark.parametrize(
    ("name", "model", "row"),
    [("error", HubError, make.error), ("archive", ArchivedError, make.archived)],
)
def test_rows_open_with_the_list_they_were_opened_from(client, name, model, row):
    made = row()
    client.force_login(make.triager())

    page = client.get(reverse(f"governance:{name}-list"), {"code": made.code, "size": "25"}).text

    found = re.search(rf'href="([^"]*{made.pk}/[^"]*)" data-open', page).group(1)
    assert found == f"{reverse(f'governance:{name}-detail', args=[made.pk])}?code={made.code}"
    assert model.objects.get() == made
