"""Exports: complete, of one moment, safe in a spreadsheet, visibly torn when torn."""

import csv
import hashlib
import io
import json
import re
from dataclasses import replace

import psycopg
import pytest
from django.db import connection

from outreach_admin.exceptions import ExportRefused
from outreach_admin.lists.files import streams
from tests.servers import SERVERS

pytestmark = pytest.mark.usefixtures("committed_db")

LABEL = streams.Label("numbers", "code=NO_MATCH")
HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@cmd",
    "\t=x",
    "\r=x",
    "\n=x",
    "'=already",
    "''+twice",
    "'plain",
    "a=b",
    "",
    None,
    '"quoted", with\r\nbreak',
    "\u202eright to left",
    "<script>",
    "\x1b[31m",
    "a,=1+1",
    "a;-1",
    "a;\t=1",
    "a\r\n+1",
    'say "=1" now',
    "a;'@b",
    "a;''=b,'c",
    '{"n": [1,-2]}',
    ",\n=,=;\"'=",
    "a\r\n\r\nb, c; d",
]


# where an apostrophe is put: before a sign at the start, and after whatever may part cells or lines
GUARD = re.compile(r"""^(?='*[-=+@\t\r\n])|(?<=[,;\t\r\n"])(?='*[-=+@])""")


def made(query: str, params=(), columns=("value",), **options) -> str:
    return b"".join(
        streams.stream_csv(query, params, columns, label=LABEL, **options).blocks
    ).decode()


def table(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_a_csv_states_filter_moment_and_count_and_ends_with_the_count():
    stream = streams.stream_csv("SELECT generate_series(1, %s)", [3], ["n"], label=LABEL)

    lines = b"".join(stream.blocks).decode().split("\r\n")

    assert lines[:4] == [
        "\ufeff# numbers",
        "# filter: code=NO_MATCH",
        f"# as of: {streams.iso(stream.as_of)}",
        "# rows: 3",
    ]
    assert lines[-2:] == ["n\n1\n2\n3\n# end: 3 rows", ""]
    assert stream.headers == {
        "X-Export-Filter": "code=NO_MATCH",
        "X-Export-As-Of": streams.iso(stream.as_of),
        "X-Export-Rows": "3",
    }
    assert stream.filename == f"numbers_code=NO_MATCH_{stream.as_of:%Y-%m-%dT%H%M%SZ}_3-rows.csv"


def test_a_bare_csv_is_nothing_but_the_table():
    assert (
        made("SELECT 1, NULL::text, 'x'", columns=["a", "b", "c"], comments=False)
        == "a,b,c\n1,,x\n"
    )


def test_text_that_would_run_in_a_spreadsheet_gets_an_apostrophe_and_numbers_do_not():
    found = table(made("SELECT * FROM unnest(%s::text[]) t", [HOSTILE], comments=False))

    cells = [row[0] if row else "" for row in found[1:]]
    assert cells == [GUARD.sub("'", text or "") for text in HOSTILE]
    assert "'=1+1" in cells and "a;'-1" in cells and "a\r\n\r\nb, c; d" in cells
    assert made("SELECT -5, -1.5::numeric", columns=["a", "b"], comments=False) == "a,b\n-5,-1.5\n"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_no_cell_is_a_formula_whatever_separator_the_file_is_opened_with(separator):
    text = made("SELECT 'x', t FROM unnest(%s::text[]) t", [HOSTILE], columns=["a", "b"])

    for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
        assert not [cell for cell in row if cell[:1] in tuple("=+-@")]


def test_reading_gives_back_what_escaping_was_given():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT v, governance.spreadsheet_read(governance.spreadsheet_safe(v)) FROM unnest(%s::text[]) v",
            [HOSTILE],
        )

        assert all(before == after for before, after in cursor.fetchall())


def test_a_json_export_has_the_rows_between_what_it_states_and_the_count():
    stream = streams.stream_json(
        "SELECT * FROM unnest(%s::text[]) t", [HOSTILE], ["value"], label=LABEL
    )

    found = json.loads(b"".join(stream.blocks))

    assert found["rows"] == [{"value": text} for text in HOSTILE]
    assert (found["subject"], found["filter"], found["as_of"]) == (
        "numbers",
        "code=NO_MATCH",
        streams.iso(stream.as_of),
    )
    assert found["count"] == len(HOSTILE) == stream.rows


def test_an_empty_export_is_whole():
    assert made("SELECT 1 WHERE false", comments=False) == "value\n"
    assert (
        json.loads(
            b"".join(streams.stream_json("SELECT 1 WHERE false", [], ["n"], label=LABEL).blocks)
        )["rows"]
        == []
    )


def test_rows_come_in_the_order_asked_for():
    text = made(
        "SELECT n, -n FROM generate_series(1, 3) n",
        columns=["n", "m"],
        order=["-n"],
        comments=False,
    )

    assert [row[0] for row in table(text)[1:]] == ["3", "2", "1"]


def test_percent_signs_quotes_and_backslashes_in_parameters_are_data():
    hostile = "100%s ' \\ -- ; DROP TABLE x; %(name)s"

    assert table(made("SELECT %s::text", [hostile], comments=False))[1] == [hostile]


def test_an_export_is_of_one_moment():
    stream = streams.stream_csv("SELECT name FROM governance_hub", [], ["name"], label=LABEL)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM governance_approvalpolicy")
        cursor.execute(
            "INSERT INTO governance_hub (id, name, position, doctrine_id, gates_completion, team) VALUES ('HUB-NEW', 'New', 99, 'x', false, 'x')"
        )

    text = b"".join(stream.blocks).decode()

    assert "New" not in text
    assert text.endswith(f"# end: {stream.rows} rows\r\n")


def test_an_export_cannot_write():
    with pytest.raises(Exception, match="read-only transaction"):
        streams.stream_csv("SELECT nextval('governance_event_id_seq')", [], ["n"], label=LABEL)


def test_a_wrong_query_is_refused_before_anything_is_sent():
    with pytest.raises(Exception, match="no_such_table"):
        streams.stream_csv("SELECT 1 FROM no_such_table", [], ["n"], label=LABEL)


@pytest.mark.parametrize("begin", [streams.stream_csv, streams.stream_json])
def test_a_file_whose_connection_breaks_midway_is_visibly_torn(begin):
    stream = begin(
        "SELECT n, repeat('x', 200) FROM generate_series(1, 200000) n", [], ["n", "x"], label=LABEL
    )
    received = [next(stream.blocks), next(stream.blocks), next(stream.blocks)]

    with SERVERS.superuser() as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
            [SERVERS.database],
        )
    with pytest.raises(psycopg.OperationalError):
        received.extend(stream.blocks)

    text = b"".join(received).decode()
    assert "# end:" not in text and '"count"' not in text
    with pytest.raises(ValueError, match="Expecting"):
        json.loads(text.removeprefix("\ufeff"))


def test_a_download_given_up_midway_ends_its_query():
    stream = streams.stream_csv(
        "SELECT n, repeat('x', 200) FROM generate_series(1, 3000000) n", [], ["n", "x"], label=LABEL
    )
    next(stream.blocks)
    next(stream.blocks)

    stream.blocks.close()

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND query LIKE 'COPY%%' AND state = 'active'",
            [SERVERS.database],
        )
        assert cursor.fetchone() == (0,)


def test_one_person_has_three_downloads_at_a_time():
    def begun(reader):
        return streams.stream_csv(
            "SELECT generate_series(1, 3)", [], ["n"], label=LABEL, reader=reader
        )

    held = [begun(7) for _ in range(3)]
    with pytest.raises(ExportRefused, match="3 of your downloads") as refused:
        begun(7)
    others = begun(8)

    assert refused.value.status == 429 and others.rows == 3
    assert b"# end: 3 rows" in b"".join(held.pop().blocks)
    held.append(begun(7))
    for stream in (*held, others):
        stream.blocks.close()


def test_a_header_of_a_long_filter_is_its_digest():
    text = "code=" + "x" * 3_000
    label = replace(LABEL, filter=text)

    stream = streams.stream_csv("SELECT 1", [], ["n"], label=label)

    digest = hashlib.sha256(text.encode()).hexdigest()
    assert stream.headers["X-Export-Filter"] == f"sha256={digest}"
