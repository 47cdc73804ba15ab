"""Sheets: typed cells, text that stays text, long texts cut and said."""

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest

from outreach_admin.lists.files import workbooks
from outreach_admin.lists.files.streams import Label, Stream

AS_OF = datetime(2026, 2, 4, 13, tzinfo=UTC)
NAMESPACE = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def written(tmp_path: Path, columns: list[str], *rows: list, filter: str = "", moments=frozenset()):
    """Write rows as a workbook; returns its path, the remark and how often it was heard of rows."""
    lines, book, heard = tmp_path / "rows", tmp_path / "book.xlsx", []
    lines.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    stream = Stream(Label("errors", filter), "xlsx", len(rows), AS_OF, iter(()), moments)
    remark = workbooks.write(book, lines, columns, stream, on_rows=heard.append)
    return book, remark, heard


def sheet(book: Path, number: int = 1) -> ElementTree.Element:
    with zipfile.ZipFile(book) as files:
        return ElementTree.fromstring(files.read(f"xl/worksheets/sheet{number}.xml"))


def cells(book: Path, number: int = 1) -> list[list[tuple[str, str]]]:
    """Kind and text of every cell, row by row; numbers have no kind."""
    return [
        [(cell.get("t", ""), "".join(cell.itertext())) for cell in row]
        for row in sheet(book, number).iterfind(".//x:row", NAMESPACE)
    ]


def test_text_numbers_and_truths_are_cells_of_their_kind_and_nothing_is_none(tmp_path):
    book, remark, _ = written(
        tmp_path, list("abcd"), ["007", 7, True, None], ["", -1.5, False, "x"]
    )

    head, first, second = cells(book)

    assert [text for _, text in head] == list("abcd")
    assert first == [("inlineStr", "007"), ("", "7"), ("b", "1")]
    assert second[1:] == [("", "-1.5"), ("b", "0"), ("inlineStr", "x")]
    assert remark == ""


@pytest.mark.parametrize("text", ["=1+1", "+1", "@cmd", "https://a.example", "mailto:a@b.example"])
def test_text_is_no_formula_and_no_link(tmp_path, text):
    book, _, _ = written(tmp_path, ["a"], [text])

    assert cells(book)[1] == [("inlineStr", text)]
    assert sheet(book).find(".//x:f", NAMESPACE) is None
    assert sheet(book).find(".//x:hyperlink", NAMESPACE) is None


def test_moments_look_like_moments(tmp_path):
    book, _, _ = written(tmp_path, ["at", "n"], [46029.5, 46029.5], moments=frozenset({0}))

    at, number = sheet(book).findall(".//x:row", NAMESPACE)[1]

    assert at.get("s") and at.get("s") != number.get("s")


@pytest.mark.parametrize(("letters", "kept", "cut"), [(32_767, 32_767, 0), (32_768, 32_767, 1)])
def test_a_text_that_no_cell_holds_is_cut_and_said(tmp_path, letters, kept, cut):
    book, remark, _ = written(tmp_path, ["a"], ["x" * letters])

    ((_, text),) = cells(book)[1]
    assert len(text) == kept
    assert text.endswith("…" if cut else "x")
    assert remark.startswith("1 text was longer") if cut else remark == ""


def test_a_second_sheet_says_what_the_rows_are(tmp_path):
    book, _, _ = written(tmp_path, ["a"], ["x"], ["y"], filter="code=A")

    assert [[text for _, text in row] for row in cells(book, 2)] == [
        ["Subject", "errors"],
        ["Filter", "code=A"],
        ["As of", "2026-02-04T13:00:00Z"],
        ["Rows", "2"],
    ]


def test_every_few_rows_are_heard_of(tmp_path, monkeypatch):
    monkeypatch.setattr(workbooks, "BEAT_ROWS", 2)

    _, _, heard = written(tmp_path, ["a"], *[["x"]] * 5)

    assert heard == [2, 4]
