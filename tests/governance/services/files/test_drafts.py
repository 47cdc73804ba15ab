"""Files on the disk before they are offered."""

import pytest

from governance.services.files import drafts
from outreach_admin.exceptions import ExportRefused
from tests.governance.services.files.asked import asked

pytestmark = pytest.mark.django_db


def test_what_a_lost_worker_left_goes_and_what_others_write_stays(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    drafts.folder().mkdir()
    file = asked()
    left = ("1.csv.part", "2.lines.part", "2.xlsx.part")
    stays = (f"{file.pk}-errors.csv", f"{file.pk}1.1.csv.part")
    for name in (*(f"{file.pk}.{end}" for end in left), *stays):
        (drafts.folder() / name).touch()

    drafts.sweep(file)

    assert {path.name for path in drafts.folder().iterdir()} == set(stays)


def test_a_draft_is_gone_whatever_becomes_of_it(tmp_path):
    path, place = tmp_path / "a.part", tmp_path / "a.csv"

    def fill() -> None:
        with drafts.draft(path):
            path.write_text("half")
            raise OSError("disk is full")

    with pytest.raises(OSError, match="disk is full"):
        fill()
    assert not path.exists()

    with drafts.draft(path):
        path.touch()
        path.replace(place)
    assert place.exists()


def test_a_sheet_holds_so_many_rows_and_no_more():
    drafts.refuse_too_many(1_048_575)

    with pytest.raises(ExportRefused, match="do not fit"):
        drafts.refuse_too_many(1_048_576)
