"""How a file is written beside the place where it is offered from: rows first, whole or not at all."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings

from governance.models import ExportFile
from outreach_admin.exceptions import ExportRefused
from outreach_admin.lists.files import copies, streams, workbooks

FOLDER = "exports"


def folder() -> Path:
    """Return where files lie, and their drafts."""
    return Path(settings.MEDIA_ROOT) / FOLDER


def refuse_too_many(rows: int) -> None:
    """Raise ExportRefused when a sheet cannot hold that many rows."""
    if rows > workbooks.MOST_ROWS:
        raise ExportRefused(
            f"{rows:,} rows do not fit: an XLSX sheet holds {workbooks.MOST_ROWS:,}.",
            what_to_do="Take CSV, which has no limit, or narrow the filter.",
        )


def sweep(file: ExportFile) -> None:
    """Delete what a worker that was lost had written of a file."""
    for left in folder().glob(f"{file.pk}.*.part"):
        left.unlink(missing_ok=True)


def write_workbook(rows: copies.Rows, label: streams.Label, path: Path) -> streams.Stream:
    """Write an XLSX here and now. Raises ExportRefused above the rows a sheet can hold."""
    return workbook(rows, label, path, beat=lambda **told: None)[0]


def workbook(
    rows: copies.Rows, label: streams.Label, path: Path, *, beat: Callable[..., None]
) -> tuple[streams.Stream, str]:
    """Let the database go first: its rows lie in a file beside while the slow workbook is written."""
    with draft(path.with_suffix(".lines.part")) as lines:
        stream = streams.stream_lines(rows, label=label, kinds=workbooks.KINDS)
        refuse_too_many(stream.rows)
        beat(rows=stream.rows, as_of=stream.as_of)
        with lines.open("wb") as target:
            for block in stream.blocks:
                target.write(block)
                beat()
        return stream, workbooks.write(
            path, lines, rows.columns, stream, on_rows=lambda written: beat(written=written)
        )


def plain(
    format: str,
    rows: copies.Rows,
    label: streams.Label,
    path: Path,
    *,
    beat: Callable[..., None],
) -> tuple[streams.Stream, str]:
    """Write CSV or JSON as the database sends it."""
    begin = {"csv": streams.stream_csv, "json": streams.stream_json}[format]
    stream = begin(
        rows.query,
        rows.params,
        rows.columns,
        label=label,
        order=rows.order,
        beside=rows.beside,
    )
    beat(rows=stream.rows, as_of=stream.as_of)
    with path.open("wb") as target:
        for block in stream.blocks:
            target.write(block)
            beat()
    return stream, ""


@contextlib.contextmanager
def draft(path: Path) -> Iterator[Path]:
    """Let a file be written at a path, and delete what is still there at the end."""
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)
