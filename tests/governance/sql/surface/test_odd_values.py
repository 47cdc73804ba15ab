"""Whatever value a login of a pipeline writes into whatever column: refused by a named limit, or kept as it came."""

from collections.abc import Iterator

import pytest

from tests.governance.sql.surface import contract, sessions
from tests.governance.sql.surface.sessions import WORKER, Session

SPINE = """INSERT INTO outreach.outreach (outreach_id, sovereign_id, domain)
    VALUES (gen_random_uuid(), gen_random_uuid(), 'a.example') RETURNING outreach_id"""
KEYS = ("error_id", "failure_id")
# a row of each view, with what it needs
ERRORS = {
    "outreach.dol_errors": "failure_code",
    "outreach.company_target_errors": "failure_code",
    "people.people_errors": "error_code",
    "company.url_discovery_failures": "failure_reason",
    "public.shq_error_log": "error_type",
}
HUBS = ("company_target", "dol", "blog", "bit_scores", "people")
SLOT = "INSERT INTO people.company_slot (outreach_id, slot_type) VALUES (%s, 'CEO')"
MASTER = """INSERT INTO company.company_master (company_unique_id, company_name, domain)
    VALUES ('C-1', 'A', 'a.example')"""
# no calendar of the pages has these
BEYOND = (
    "infinity",
    "-infinity",
    "10000-01-01 00:00+00",
    "294276-12-31 23:59+00",
    "1899-12-31 23:59+00",
    "4713-01-01 00:00+00 BC",
)
# a value that exceeds no limit, one that does, and letters that nobody sees
TEXTS = ("x" * 200, "x" * 10_000, "\x01\t\x1f\x7f\u200b\u202e", "blanks at the end   ", "{a,NULL}")
DOCUMENTS = ("[1, null, [2]]", '"text"', "5", "true", '{"a": 1e40}', "[" * 40 + "]" * 40)
LIMITS = {
    # a named constraint of the column, or of the facts that belong together
    "23514",
    # a key of another table, or one that is taken
    "23503",
    "23505",
    # a column that is kept in JSON, and one that reads NULL
    "0A000",
}
# columns beside the code, a line, what is said of it
NOTHING = "\t\\N"
BROKEN = (
    (", blocking_reason", "X", "missing data for column"),
    ("", "X\tY", "extra data after last expected column"),
    ("", "\\N", "null value in column"),
    ("", "x" * 10_000, "huberror_code_at_most_255_characters"),
    (", blocking_reason", "X\ta\\0b", "invalid byte sequence"),
    (", created_at", "X\tinfinity", "huberror_created_at_from_1900_to_9999"),
    (", created_at", "X\tsoon", "invalid input syntax for type timestamp"),
    (", retry_count", "X\t3000000000", "out of range for type integer"),
    (", disposition", "X\tPARKED", "parked_facts_paired"),
    (", disposition", "X\tIGNORE", "does not allow IGNORE"),
    (", raw_input", "X\t[1,", "invalid input syntax for type json"),
    (", error_id", "X\t{key}", "duplicate key value"),
)
EVENTS = "SELECT count(*) FROM governance_event WHERE db_user = %s AND action <> 'CREATE'"


@pytest.fixture
def on(db) -> Iterator[Session]:
    """A worker with a row in each view that can be written."""
    with sessions.session() as found:
        found.become(WORKER)
        ((company,),) = found.rows(SPINE)
        for view in HUBS:
            found.changed(f"INSERT INTO outreach.{view} (outreach_id) VALUES (%s)", company)
        found.changed(SLOT, company)
        found.changed(MASTER)
        for view, code in ERRORS.items():
            found.changed(f"INSERT INTO {view} ({code}) VALUES ('X')")
        yield found


def columns(kind: str) -> list[tuple[str, str]]:
    """The columns of a type in views that can be written."""
    return [
        (view, column)
        for view, held in (contract.HUBS | contract.LIVE).items()
        for column, found in held.items()
        if found == kind
    ]


def written(on: Session, view: str, column: str, value: str) -> str:
    """Write a value into a column of every row; return how that was refused, empty where it was not."""
    return on.code_of(f"UPDATE {view} SET {column} = %s", value)


def test_no_column_takes_a_moment_beyond_all_calendars(on):
    moments = columns(contract.MOMENT)
    taken = [
        (view, column, moment)
        for view, column in moments
        for moment in BEYOND
        if written(on, view, column, moment) != "23514"
    ]

    assert len(moments) > 30
    # the database keeps when a row was last written
    assert {column for _, column, _ in taken} == {"last_updated_at"}


def test_no_text_breaks_a_column_or_its_indexes(on):
    texts = columns(contract.TEXT)
    codes = {
        (view, column, text[:12]): written(on, view, column, text)
        for view, column in texts
        for text in TEXTS
    }

    assert len(texts) > 70
    assert {key: code for key, code in codes.items() if code and code not in LIMITS} == {}
    assert sum(not code for code in codes.values()) > 100


def test_json_of_any_kind_is_kept_or_refused_by_its_limit(on):
    for view, column in columns("jsonb"):
        code = ERRORS[view]
        insert = (
            f"INSERT INTO {view} ({code}, {column}) VALUES ('X', %s::jsonb) RETURNING {column} = %s"
        )
        for document in DOCUMENTS[:-1]:
            assert on.rows(insert, document, document) == [(True,)], (view, document)
        assert on.code_of(insert, DOCUMENTS[-1], "1") == "23514"


def test_numbers_beyond_their_columns_are_refused(on):
    for view, column, value in (
        ("outreach.bit_scores", "score", "NaN"),
        ("outreach.bit_scores", "people_score", "Infinity"),
        ("outreach.bit_scores", "signal_count", "-1"),
        ("outreach.company_target", "confidence_score", "NaN"),
        ("outreach.company_target", "confidence_score", "1.0001"),
        ("people.company_slot", "confidence_score", "NaN"),
        *(
            (view, column, value)
            for view in ERRORS
            for column in ("retry_count", "max_retries", "escalation_level")
            for value in ("-1", "3000000000")
        ),
    ):
        code = on.code_of(f"UPDATE {view} SET {column} = '{value}'")
        assert code in ("23514", "22003"), (view, column, value, code)


def test_whatever_was_taken_is_in_the_history(on):
    done = sum(
        on.changed(f"UPDATE {view} SET {column} = %s", "odd \x01 ")
        for view, column in (
            ("outreach.dol", "carrier"),
            ("outreach.blog", "source_type"),
            ("outreach.people", "contact_status"),
            ("outreach.dol_errors", "blocking_reason"),
            ("people.people_errors", "error_stage"),
        )
    )

    on.owner_does("SELECT 1")
    assert on.rows(EVENTS, WORKER) == [(done,)] == [(5,)]


def test_a_broken_row_of_copy_takes_all_its_rows_along(on):
    ((key,),) = on.rows("SELECT error_id FROM outreach.dol_errors")
    for columns, line, said in BROKEN:
        # the first row is in order
        lines = f"GOOD{NOTHING * columns.count(',')}\n{line.format(key=key)}\n"
        copying = f"COPY outreach.dol_errors (failure_code{columns}) FROM STDIN"
        assert said in on.refused_copy(copying, lines), line[:40]

    assert on.rows("SELECT count(*) FROM outreach.dol_errors") == [(1,)]
    on.owner_does("SELECT 1")
    assert on.rows("SELECT * FROM governance.gathered") == []
