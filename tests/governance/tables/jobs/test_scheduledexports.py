"""What the list of scheduled exports shows."""

import pytest

from governance.models import ExportFile
from governance.services.files import exports
from governance.tables.jobs.scheduledexports import ScheduledExportTable
from tests import make
from tests.governance.tables import drawn

pytestmark = pytest.mark.django_db


def shown(made, *files) -> dict[str, str]:
    made.latest = list(files)
    return {name: drawn.text(cell) for name, cell in drawn.row(ScheduledExportTable, made).items()}


def test_an_export_says_what_it_takes_out_and_how_its_last_run_went(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    made = make.scheduled_export(filter="code=NO_MATCH")
    written = {"rows": 1_234, "digest": "ab" * 32, "due_at": made.due_since}
    file = ExportFile(pk=7, state="ready", path="7-errors.csv", **written)
    gone = shown(made, file)["files"]
    exports.path_of(file).parent.mkdir()
    exports.path_of(file).write_text("code\n")

    cells = shown(made, file)

    assert "/exports/7/file/" not in gone

    assert "Errors, CSV" in cells["takes"] and "code=NO_MATCH" in cells["takes"]
    assert "Ready" in cells["last"] and cells["rows"].startswith("1,234")
    assert "abababababab…" in cells["rows"] and "/exports/7/file/" in cells["files"]
    assert "daily, 06:00 UTC" in cells["due"] and 'title="20' in cells["due"]


def test_earlier_files_stand_below_the_newest(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    made = make.scheduled_export()
    files = [
        ExportFile(pk=pk, state="ready", path=f"{pk}-errors.csv", due_at=made.due_since)
        for pk in (9, 8, 7)
    ]
    exports.path_of(files[0]).parent.mkdir()
    for file in files:
        exports.path_of(file).write_text("code\n")

    newest, _, below = shown(made, *files)["files"].partition('<span class="sub-line">')

    assert newest.count("/exports/9/file/") == 1 and newest.count("<a") == 1
    assert "/exports/8/file/" in below and "/exports/7/file/" in below
    assert "<span" not in shown(made, files[0])["files"]


def test_what_never_ran_is_empty_or_stopped_says_so():
    young_one = make.scheduled_export(is_on=False)
    young = shown(young_one)
    empty = ExportFile(pk=8, state="ready", rows=0, digest="", due_at=young_one.due_since)

    assert "never" in young["last"] and "stopped" in young["due"] and "none" in young["rows"]
    assert "Empty" in shown(make.scheduled_export(view_name=""), empty)["last"]
