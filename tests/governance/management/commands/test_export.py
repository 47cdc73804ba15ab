"""`manage.py export`: a whole file or none."""

import json
import os
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tests import make, spent

pytestmark = pytest.mark.usefixtures("committed_db")


def companies(count: int) -> None:
    """That many ids on the spine, with their readiness."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO governance_outreach (outreach_id, sovereign_id, domain, created_at, updated_at)
            SELECT gen_random_uuid(), gen_random_uuid(), 'company' || n || '.example', now(), now() FROM generate_series(1, %s) n""",
            [count],
        )


@pytest.mark.parametrize("subject", ["errors", "archive", "readiness", "audit"])
@pytest.mark.parametrize("format", ["csv", "json", "xlsx"])
def test_every_subject_goes_out_in_every_format(tmp_path, capsys, subject, format):
    make.error()
    make.archived()

    call_command("export", subject, format=format, output=tmp_path / "out", json=True)

    told = json.loads(capsys.readouterr().out)
    assert told["subject"] == subject and told["rows"] >= 1
    assert (tmp_path / "out").stat().st_size and [path.name for path in tmp_path.iterdir()] == [
        "out"
    ]


def test_a_csv_is_the_bare_table_unless_comments_are_asked_for(tmp_path):
    make.error(make.DOL)
    make.error(make.CT)

    call_command("export", "errors", output=tmp_path / "bare.csv", filter="code=NO_MATCH")
    call_command(
        "export", "errors", output=tmp_path / "told.csv", filter="code=NO_MATCH", comments=True
    )

    assert (tmp_path / "bare.csv").read_text().startswith("error_id,") and len(
        (tmp_path / "bare.csv").read_text().splitlines()
    ) == 2
    assert "# filter: code=NO_MATCH" in (tmp_path / "told.csv").read_text()


def test_columns_are_chosen_by_name(tmp_path):
    error = make.error(make.DOL)

    call_command("export", "errors", output=tmp_path / "some.csv", columns="domain,code")

    assert (tmp_path / "some.csv").read_text() == f"domain,code\n{error.domain},NO_MATCH\n"
    with pytest.raises(CommandError, match="no column “sovereign_id”"):
        call_command("export", "errors", output=tmp_path / "no.csv", columns="sovereign_id")
    assert not (tmp_path / "no.csv").exists()


def test_a_wrong_filter_leaves_the_file_as_it_was(tmp_path):
    (tmp_path / "out.csv").write_text("before")

    with pytest.raises(CommandError, match="Unknown filter “codes”"):
        call_command("export", "errors", output=tmp_path / "out.csv", filter="codes=1")

    assert (tmp_path / "out.csv").read_text() == "before" and len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CommandError, match="No such file or directory"):
        call_command("export", "errors", output=tmp_path / "missing" / "out.csv")


@pytest.mark.parametrize("name", ["", ".", "/", "folder", "pipe", "link-to-pipe"])
def test_only_a_plain_file_is_replaced(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    os.mkfifo("pipe")
    Path("link-to-pipe").symlink_to("pipe")
    before = sorted(tmp_path.iterdir())

    with pytest.raises(CommandError, match="no plain file"):
        call_command("export", "errors", output=Path(name))

    assert sorted(tmp_path.iterdir()) == before and Path("pipe").is_fifo()


def test_a_file_behind_a_link_is_written_and_the_link_stays(tmp_path):
    (tmp_path / "link.csv").symlink_to("real.csv")

    call_command("export", "errors", output=tmp_path / "link.csv")

    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text().startswith("error_id,")


@pytest.mark.parametrize(("letters", "written"), [(255, True), (256, False)])
def test_a_name_may_be_as_long_as_the_folder_takes(tmp_path, letters, written):
    output = tmp_path / ("n" * letters)

    if written:
        call_command("export", "errors", output=output)
    else:
        with pytest.raises(CommandError, match="name too long"):
            call_command("export", "errors", output=output)

    assert [path.name for path in tmp_path.iterdir()] == ["n" * letters] * written


def test_twenty_thousand_rows_take_no_more_memory_than_none(tmp_path):
    companies(20_000)
    none = spent.by(
        "manage.py",
        "export",
        "readiness",
        "--output",
        str(tmp_path / "none"),
        "--filter",
        "promotable=true",
    )

    many = spent.by(
        "manage.py", "export", "readiness", "--format", "json", "--output", str(tmp_path / "json")
    )

    assert many.megabytes - none.megabytes < 12
    assert json.loads((tmp_path / "json").read_text())["count"] == 20_000


@pytest.mark.soak
def test_a_million_rows_take_no_more_memory_than_none(tmp_path):
    companies(1_000_000)
    none = spent.by(
        "manage.py",
        "export",
        "readiness",
        "--output",
        str(tmp_path / "none"),
        "--filter",
        "promotable=true",
    )

    for kind in ("csv", "json", "xlsx"):
        many = spent.by(
            "manage.py", "export", "readiness", "--format", kind, "--output", str(tmp_path / kind)
        )
        assert many.megabytes - none.megabytes < 16, kind

    with (tmp_path / "csv").open() as lines:
        assert sum(1 for _ in lines) == 1_000_001
