"""Cells of archived errors."""

import pytest
from django.urls import reverse

from governance.models import ArchivedError
from governance.models.errors import listed
from governance.tables.archive import ArchiveTable
from tests import make
from tests.governance.tables.cells import cells, every_cell

pytestmark = pytest.mark.django_db


def shown(**given) -> dict[str, str]:
    row = make.archived(**given)
    return every_cell(ArchiveTable, listed(ArchivedError.objects.filter(pk=row.pk)).get())


def test_who_archived_it_is_named_and_the_system_is_itself():
    make.user(username="ops", first_name="Nadia", last_name="Okafor")

    assert shown(archived_by="ops")["by"] == '<span title="ops">Nadia Okafor</span>'
    assert shown(archived_by="system")["by"] == "system"
    assert shown(archived_by="<i>")["by"] == "&lt;i&gt;"


def test_names_of_a_page_are_read_once(django_assert_num_queries):
    for name in ("one", "two", "three"):
        make.archived(archived_by=make.user(username=name).username)
    rows = list(listed(ArchivedError.objects.all()))

    with django_assert_num_queries(1):
        assert len(cells(ArchiveTable(rows, shown=["by"]))) == 3


def test_what_it_was_is_a_badge_and_its_reason_a_code():
    found = shown(final_disposition="PARKED", archive_reason="SUPERSEDED")

    assert 'class="badge is-parked"' in found["was"]
    assert found["reason"] == '<span class="mono">SUPERSEDED</span>'


def test_a_row_opens_in_the_archive():
    row = make.archived(outreach=None, domain="<u>.example")

    found = every_cell(ArchiveTable, listed(ArchivedError.objects.all()).get())

    assert reverse("governance:archive-detail", args=[row.pk]) in found["company"]
    assert "&lt;u&gt;.example" in found["company"]
    assert found["outreach"] == "none"


def test_it_is_sorted_by_when_it_came_and_when_it_goes():
    assert ArchiveTable.sorts() == {"archived": "archived_at", "kept": "retention_expires_at"}
