"""CSV files: what is read, and what is refused with which status."""

import hashlib
import io
import time

import pytest

from governance.exceptions import ImportRefused
from governance.resources import csvfiles
from governance.resources.csvfiles import CsvFile

KNOWN = ("code", "message", "error_table")


def read(content: bytes | str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    raw = content.encode() if isinstance(content, str) else content
    file = CsvFile(io.BytesIO(raw), name="x.csv", known=KNOWN)
    return file.columns, list(file)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_delimiter_mark_and_line_ending_do_not_matter(delimiter, mark, ending):
    text = mark + ending.join(
        [delimiter.join(["code", "message"]), delimiter.join(["A", '"x, ""y"";\nz"']), ""]
    )

    assert read(text) == (["code", "message"], [(2, ["A", 'x, "y";\nz'])])


def test_rows_are_numbered_as_a_spreadsheet_does():
    assert read('code,message\nA,"two\nlines"\n\nB,x\n')[1] == [
        (2, ["A", "two\nlines"]),
        (4, ["B", "x"]),
    ]


def test_what_an_export_states_is_passed_over_and_its_rows_keep_their_numbers():
    text = "\ufeff# errors\r\n# filter: none, all rows\r\ncode,message\nA,x\n# end: 1 rows\r\n"

    assert read(text) == (["code", "message"], [(4, ["A", "x"])])
    assert read(text.replace("# end: 1 rows", "# end: 1 rows,,").replace("# errors", "# errors,"))[
        1
    ] == [(4, ["A", "x"])]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# errors\ncode\nA\n", "cut off"),
        ("# errors\ncode\nA\n# end: 2 rows\n", "says that it holds 2 rows, and 1 are there"),
        ("", "is empty"),
        ("\ufeff", "is empty"),
        ("\n\n", "is empty"),
        ("# errors\n", "is empty"),
        ("code,mesage\nA,x\n", "column that errors do not have: “mesage”"),
        ("code,code\nA,B\n", "“code” more than once"),
        ('code,message\nA,"never closed\n', "is not CSV"),
        ('code,message\nA,"x"y\n', "is not CSV"),
    ],
)
def test_a_file_that_is_wrong_as_a_whole_is_refused(text, said):
    with pytest.raises(ImportRefused, match=said) as refusal:
        read(text)

    assert refusal.value.status == 422


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04rest",
        "code\nA\n".encode("utf-16"),
        "code,message\nA,x\n".encode("utf-16-le"),
        "code,message\nÄ,ö\n".encode("utf-16-be"),
        b"code,message\nA,caf\xe9\n",
        b"\xd0\xcf\x11\xe0",
        b"code\n" + b"A\n" * 90_000 + b"\xff\n",
    ],
)
def test_what_is_not_utf8_text_is_refused_with_415(content):
    with pytest.raises(ImportRefused) as refusal:
        read(content)

    assert refusal.value.status == 415 and "CSV UTF-8" in refusal.value.what_to_do


def test_a_file_that_is_too_large_is_refused_with_413(monkeypatch):
    monkeypatch.setattr(csvfiles, "MOST_BYTES", 1000)

    with pytest.raises(ImportRefused, match="larger than") as refusal:
        read("code\n" + "A\n" * 1000)

    assert refusal.value.status == 413


def test_a_line_without_end_does_not_fill_the_memory():
    with pytest.raises(ImportRefused, match="has a line of more than"):
        read("code\n" + "x" * (csvfiles.LONGEST_LINE + 1))


def test_a_cell_larger_than_a_cell_may_be_is_refused():
    with pytest.raises(ImportRefused, match="field larger than field limit"):
        read("code\n" + "x" * (csvfiles.LONGEST_CELL + 1) + "\n")


def test_a_header_of_a_million_columns_is_refused_at_once():
    begun = time.process_time()

    with pytest.raises(ImportRefused, match="more than once"):
        read("code,message" + ",code" * 1_000_000 + "\n")

    assert time.process_time() - begun < 10


def test_nul_becomes_the_replacement_character():
    assert read("code,message\nA,x\0y\n")[1] == [(2, ["A", "x\ufffdy"])]


def test_size_and_digest_are_of_the_file_as_it_came():
    raw = b"\xef\xbb\xbfcode\r\nA\r\n"
    file = CsvFile(io.BytesIO(raw), name="x.csv", known=KNOWN)

    list(file)

    assert file.measured.measure() == (len(raw), hashlib.sha256(raw).hexdigest(), "")


def test_short_rows_are_filled_up_and_that_is_said_once():
    file = CsvFile(io.BytesIO(b"code,message\nA\nB,x\nC\n"), name="x.csv", known=KNOWN)

    assert list(file) == [(2, ["A", ""]), (3, ["B", "x"]), (4, ["C", ""])]
    assert file.measured.measure()[2].startswith("2 rows are shorter than the header")


def test_rows_of_blanks_are_no_rows():
    assert read("code,message\n , \nA,x\n\t,\n   \n")[1] == [(3, ["A", "x"])]


@pytest.mark.parametrize("line", ["sep=;\r\n", "SEP=|\n", "\ufeffsep=\t\n"])
def test_a_line_that_names_the_separator_is_understood(line):
    separator = line.strip("\ufeff\r\n")[-1]

    assert read(f"{line}code{separator}message\nA{separator}x,y\n") == (
        ["code", "message"],
        [(3, ["A", "x,y"])],
    )


def test_utf_16_is_called_by_its_name_without_a_mark_too():
    with pytest.raises(ImportRefused, match="is UTF-16 text"):
        read("code,message\nA,x\n".encode("utf-16-le"))


def test_what_an_export_guarded_within_a_text_is_taken_back_and_what_people_wrote_is_kept():
    guarded = "code,message\nA,\"x;'=1 ['=a','-b']\"\n"

    assert read(guarded)[1] == [(2, ["A", "x;'=1 ['=a','-b']"])]
    assert read(f"# errors\n{guarded}# end: 1 rows\n")[1] == [(3, ["A", "x;=1 ['=a',-b']"])]
