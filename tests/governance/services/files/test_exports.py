"""Files written in the background: whole or not at all, failed with the reason, taken up when a worker is lost."""

import hashlib
import io
import zipfile
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from governance.exceptions import NotPermitted
from governance.models import ExportFile
from governance.resources import exports as resources
from governance.services.files import exports
from outreach_admin.exceptions import ExportRefused
from outreach_admin.lists.files import streams, workbooks
from tests import make
from tests.governance.services.files.asked import asked, written

pytestmark = pytest.mark.usefixtures("committed_db", "redis_server")

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def cells(file: ExportFile, sheet: int = 1) -> list[list[str]]:
    with zipfile.ZipFile(io.BytesIO(exports.path_of(file).read_bytes())) as book:
        rows = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{sheet}.xml")).iter(
            f"{SHEET}row"
        )
        return [["".join(cell.itertext()) for cell in row] for row in rows]


def formulas(file: ExportFile) -> int:
    with zipfile.ZipFile(exports.path_of(file)) as book:
        return book.read("xl/worksheets/sheet1.xml").count(b"<f>")


def test_a_file_that_was_asked_for_holds_every_row_and_says_what_it_is():
    hostile = make.error(make.DOL, message="=1+1", details={"n": 1})
    make.error(make.CT)

    file = written(asked(filter="error_table=outreach.dol_errors"))

    assert (file.state, file.rows, file.written, file.note) == ("ready", 1, 1, "")
    assert file.size == exports.path_of(file).stat().st_size
    header, row = cells(file)
    assert header == list(resources.EXPORTS["errors"].columns)
    assert str(hostile.pk) in row and "=1+1" in row and formulas(file) == 0
    assert dict(cells(file, 2)) == {
        "Subject": "errors",
        "Filter": "error_table=outreach.dol_errors",
        "As of": streams.iso(file.as_of),
        "Rows": "1",
    }


@pytest.mark.parametrize("format", ["csv", "json", "xlsx"])
def test_each_format_is_kept_with_its_checksum(format):
    make.error(message="=1+1")

    file = written(asked(format=format))

    content = exports.path_of(file).read_bytes()
    assert file.digest == hashlib.sha256(content).hexdigest()
    assert (file.state, file.rows, file.size) == ("ready", 1, len(content))
    assert (b"'=1+1" in content) == (format == "csv")


def test_only_a_sheet_is_too_small_for_many_rows():
    rows = workbooks.MOST_ROWS + 1

    assert asked(format="csv", rows=rows).state == "queued"
    with pytest.raises(ExportRefused):
        asked(format="xlsx", rows=rows)


def test_moments_are_days_that_a_sheet_understands():
    make.error(created_at="2026-01-07T12:00:00Z")

    row = cells(written(asked()))[1]

    assert "46029.5" in row


def test_a_text_too_long_for_a_cell_is_cut_and_said_on_the_page_and_in_the_file():
    make.error(message="😀" * 20_000)

    file = written(asked())

    assert "1 text was longer than the 32,767 characters of a cell and cut" in file.note
    assert max(map(units, cells(file)[1])) == workbooks.MOST_LETTERS
    assert dict(cells(file, 2))["Cut"] == file.note


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("x" * 32_767, 32_767),
        ("x" * 32_768, 32_767),
        ("😀" * 16_383 + "x", 32_767),
        ("x" + "😀" * 16_384, 32_766),
        ("x" * 32_765 + "e\u0301" + "x", 32_766),
        ("x" * 32_764 + "👩\u200d🚀" + "x", 32_765),
    ],
)
def test_a_text_is_cut_to_the_units_of_a_cell_and_never_within_a_character(text, kept):
    found = workbooks.shortened(text)

    assert units(found) == kept
    assert (found is text) or text.startswith(found.removesuffix("…"))


def test_more_rows_than_a_sheet_holds_are_refused_with_a_pointer_to_csv():
    with pytest.raises(ExportRefused, match="1,048,576 rows do not fit") as refusal:
        asked(rows=workbooks.MOST_ROWS + 1)

    assert "CSV" in refusal.value.what_to_do
    assert not ExportFile.objects.exists()


def test_nobody_fills_the_queue_of_the_workers_with_files():
    person = make.analyst()
    files = [asked(by=person) for _ in range(exports.MOST_WAITING)]

    with pytest.raises(ExportRefused, match="not written yet") as refusal:
        asked(by=person)

    assert refusal.value.status == 409
    assert asked(by=make.analyst()).state == "queued"
    written(files[0])
    assert asked(by=person).state == "queued"


def test_who_may_not_export_asks_for_nothing():
    with pytest.raises(NotPermitted):
        asked(by=make.viewer())

    assert not ExportFile.objects.exists()


def test_a_filter_that_no_longer_holds_fails_with_the_reason():
    file = asked(filter="hub_name=x")

    assert (written(file).state, "Unknown filter" in file.note) == ("failed", True)
    assert list((exports.path_of(file)).glob("*.part")) == []


def test_a_disk_that_cannot_be_written_fails_with_the_reason(settings, tmp_path):
    (tmp_path / "exports").write_text("in the way")
    settings.MEDIA_ROOT = tmp_path

    file = written(asked())

    assert file.state == "failed" and "could not be written: FileExistsError" in file.note


def test_old_files_are_deleted_and_stay_listed():
    file = written(asked())
    ExportFile.objects.filter(pk=file.pk).update(finished_at=timezone.now() - timedelta(days=8))

    assert exports.expire() == 1

    file.refresh_from_db()
    assert file.state == "expired" and not exports.path_of(file).exists()
