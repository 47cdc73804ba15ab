"""What the archive shows of an error."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.models import ArchivedError
from governance.tables.archive import ArchiveTable
from tests import make
from tests.governance.tables import drawn

pytestmark = pytest.mark.django_db


def archived(**given) -> ArchivedError:
    return ArchivedError.objects.listed().get(pk=make.archived(**given).pk)


def test_a_row_leads_to_its_place_in_the_archive_and_says_why_it_is_there():
    row = archived(archive_reason="SUPERSEDED", final_disposition="PARKED")

    shown = {name: drawn.text(cell) for name, cell in drawn.row(ArchiveTable, row).items()}

    assert f'href="/errors/archive/{row.pk}/"' in shown["company"]
    assert "SUPERSEDED" in shown["reason"]
    assert shown["was"].endswith("PARKED</span>")


def test_what_is_under_hold_says_so_instead_of_when_it_may_go():
    at = timezone.now() - timedelta(days=1)
    hold = {"held_at": at, "held_by": "counsel", "hold_reason": "Matter 17"}
    free, held = (
        drawn.text(drawn.row(ArchiveTable, archived(retention_expires_at=at, **given))["kept"])
        for given in ({}, hold)
    )

    assert "24 h ago" in free and "on hold" not in free
    assert held.endswith("on hold</span>")


def test_who_archived_a_row_is_a_name_where_it_was_a_person():
    by = make.triager(first_name="Ada", last_name="King")

    assert ">Ada King</span>" in drawn.text(
        drawn.row(ArchiveTable, archived(archived_by=by.username))["by"]
    )
    assert drawn.text(drawn.row(ArchiveTable, archived())["by"]) == "system"


def test_names_of_a_page_are_read_once(django_assert_num_queries):
    people = [make.triager(first_name=f"Ada{n}") for n in range(5)]
    for one in people:
        make.archived(archived_by=one.username)
    rows = list(ArchivedError.objects.listed())
    table = ArchiveTable(rows, shown={"by"})

    with django_assert_num_queries(1):
        shown = [str(cell.content) for row in table.body() for cell in row.cells]

    assert sum(">Ada" in text for text in shown) == 5


def test_how_long_a_row_is_kept_is_told_from_the_time_of_the_page():
    now = timezone.now()
    row = archived(retention_expires_at=now + timedelta(days=90))

    assert ">in 90 d</time>" in drawn.text(drawn.row(ArchiveTable, row, as_of=now)["kept"])
    later = now + timedelta(days=95)
    assert ">5 d ago</time>" in drawn.text(drawn.row(ArchiveTable, row, as_of=later)["kept"])
