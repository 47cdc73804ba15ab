"""Rows of errors that come in: every problem at once, with row, column, value and sentence."""

import io

import pytest

from governance.exceptions import ImportRefused, NotPermitted
from governance.models import ErrorTable, HubError, ImportFile
from governance.resources import errors
from tests import make
from tests.governance.resources.checking import GOOD, checked, problems, written

pytestmark = pytest.mark.django_db


def test_a_good_row_is_staged_as_it_will_be_stored():
    file = checked(
        GOOD
        | {
            "error_id": "6F1D2C3B0A4E4B579C1D2E3F4A5B6C7D",
            "message": " kept  as it is ",
            "retry_count": "2",
            "details": '{"a": [1]}',
            "blocks": "TRUE",
        }
    )

    data = file.staged.get().data
    assert (file.rows, file.good) == (1, 1)
    assert data == {
        "id": "6f1d2c3b-0a4e-4b57-9c1d-2e3f4a5b6c7d",
        "error_table": make.DOL,
        "code": "NO_MATCH",
        "message": " kept  as it is ",
        "retry_count": 2,
        "details": {"a": [1]},
        "blocks": True,
    }


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Acme.Example.", {}),
        ("https://Acme.Example/", {"details": {"given_domain": "https://Acme.Example/"}}),
    ],
)
def test_a_domain_is_staged_in_its_one_form(given, kept):
    staged = checked(GOOD | {"domain": given}).staged.get().data

    staged.pop("id")
    assert staged == GOOD | {"domain": "acme.example"} | kept


def test_a_name_beyond_ascii_is_staged_in_punycode_and_kept_beside():
    staged = checked(GOOD | {"domain": "münchen.example", "details": '{"a": 1}'}).staged.get().data

    assert staged["domain"] == "xn--mnchen-3ya.example"
    assert staged["details"] == {"a": 1, "given_domain": "münchen.example"}


def test_letters_that_make_no_domain_are_a_problem_of_their_row():
    assert problems(GOOD | {"domain": "é" * 70}) == [
        (2, "domain", "é" * 70, "Its letters make no domain: write it in punycode.")
    ]


def test_a_word_is_staged_composed_and_trimmed():
    staged = checked(GOOD | {"owner": "\u3000Zoe\u0308 "}).staged.get().data

    assert staged["owner"] == "Zoë"


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("error_table", "outreach.dol_error", "Did you mean outreach.dol_errors?"),
        ("error_table", "", "It is missing."),
        ("code", " ", "It is missing."),
        ("code", "x" * 256, "at most 255 characters, not 256"),
        ("park_reason", "x" * 12_000, "at most 255 characters, not 12,000"),
        ("resolution_note", "x" * 10_001, "at most 10,000 characters, not 10,001"),
        ("next_retry_at", "1899-12-31T23:59:59Z", "of the years 1900 to 9999, not 1899-12-31"),
        ("next_retry_at", "9999-12-31T23:59:59-01:00", "of the years 1900 to 9999"),
        ("error_id", "12", "not a UUID"),
        ("outreach_id", "zz", "not a UUID"),
        ("disposition", "PARK", "Did you mean PARKED?"),
        ("disposition", "IGNORE", "outreach.dol_errors allows RETRY, PARKED, ARCHIVED, RESOLVED"),
        ("severity", "AWFUL", "not one of CRITICAL, HIGH, LOW, MEDIUM"),
        ("ttl_tier", "FOREVER", "not one of"),
        ("retry_count", "-1", "not a whole number"),
        ("retry_count", "2147483648", "between 0 and 2,147,483,647"),
        ("retry_count", "٣", "not a whole number"),
        ("created_at", "2026-02-02T13:00:00", "no time zone: for UTC write 2026-02-02T13:00:00Z"),
        ("created_at", "2026-02-31T13:00:00Z", "not a date and time"),
        ("created_at", "yesterday", "not a date and time"),
        ("created_at", "2999-01-01T00:00:00Z", "lies in the future"),
        ("details", "[1]", "not a JSON object"),
        ("details", '{"a": NaN}', "not a JSON object"),
        ("details", "{" * 100_000, "not a JSON object"),
        ("details", '{"a": 1e131072}', "cannot be kept"),
        ("details", '{"a": 1e-16383}', "cannot be kept"),
        (
            "details",
            '{"a": "' + "x" * 250_000 + '"}',
            "at most 250,000 bytes and 32 levels, not 250,009",
        ),
        ("details", '{"a": [{"b": "\\u0000"}]}', "cannot be kept"),
        ("details", '{"\\ud800": 1}', "cannot be kept"),
        ("details", '{"a": ' + "[" * 32 + "]" * 32 + "}", "32 levels, not 33 levels"),
        (
            "details",
            '{"a": ' + "[" * 900 + "]" * 900 + "}",
            "not a JSON object of at most 32 levels",
        ),
        ("blocks", "maybe", "neither true nor false"),
        ("park_reason", "DATA_QUALITY", "Only a PARKED error has it."),
        ("escalation_level", "2", "Only a PARKED error is escalated."),
        ("escalation_level", "4", "between 0 and 3"),
    ],
)
def test_each_cell_that_is_wrong_has_its_sentence(column, value, said):
    found = problems(GOOD, GOOD | {column: value})

    assert [(row, name, shown) for row, name, shown, _ in found] == [(3, column, value[:200])]
    assert said in found[0][3]


def test_every_problem_of_every_row_is_found_at_once():
    found = problems(
        GOOD | {"severity": "x", "retry_count": "y", "disposition": "z"},
        GOOD,
        GOOD | {"code": "", "created_at": "w"},
    )

    assert [(row, column) for row, column, _, _ in found] == [
        (2, "severity"),
        (2, "disposition"),
        (2, "retry_count"),
        (4, "created_at"),
        (4, "code"),
    ]


def test_parked_needs_a_reason_and_gets_who_and_when():
    user = make.triager()

    file = checked(
        GOOD | {"disposition": "PARKED", "park_reason": "DATA_QUALITY", "escalation_level": "1"},
        GOOD | {"disposition": "PARKED"},
        by=user,
    )

    good, bad = file.staged.order_by("number")
    assert (
        good.data["parked_by"] == user.username
        and good.data["parked_at"]
        and good.data["escalated_at"]
    )
    assert bad.problems == [
        {
            "column": "park_reason",
            "value": "",
            "problem": "It is missing: nothing is parked without a reason.",
        }
    ]


def test_an_unregistered_code_is_accepted():
    assert checked(GOOD | {"code": "BRAND-NEW"}).good == 1


def test_cells_that_lack_are_empty_and_cells_too_many_are_a_problem_of_their_own():
    raw = b"error_table,code\noutreach.dol_errors\noutreach.dol_errors,NO_MATCH,more\noutreach.dol_errors,NO_MATCH,,\n"

    file = errors.check(io.BytesIO(raw), name="x.csv", by=make.triager())

    assert [
        row.problems[0]["problem"] if row.problems else "good"
        for row in file.staged.order_by("number")
    ] == [
        "It is missing.",
        "The row has 3 cells, the header 2.",
        "good",
    ]


def test_the_chosen_table_is_taken_where_the_file_names_none():
    table = ErrorTable.objects.get(pk=make.CT)

    assert (
        checked({"code": "CT-M-NO-MX"}, error_table=table).staged.get().data["error_table"]
        == make.CT
    )
    with pytest.raises(ImportRefused, match="lacks the column error_table"):
        checked({"code": "CT-M-NO-MX"})


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "=cmd|' /C calc'!A0",
        "\x1b[31mred",
        "\u202eevil",
        "'quoted'",
        "a\0b",
        "x" * 1_000_000,
        "line\r\nbreak",
    ],
)
def test_hostile_text_is_kept_as_text(text):
    data = checked(GOOD | {"message": text}).staged.get().data

    assert data["message"] == text.replace("\0", "\ufffd")


def test_a_guarded_formula_is_read_without_its_guard():
    assert checked(GOOD | {"message": "'=1+1"}).staged.get().data["message"] == "=1+1"


def test_who_may_not_import_uploads_nothing():
    with pytest.raises(NotPermitted):
        checked(GOOD, by=make.analyst())

    assert not ImportFile.objects.exists()


def test_a_file_without_rows_leaves_nothing_behind():
    with pytest.raises(ImportRefused, match="has a header and no rows"):
        errors.check(io.BytesIO(b"error_table,code\n"), name="x.csv", by=make.triager())

    assert not ImportFile.objects.exists()


def test_a_file_that_breaks_midway_leaves_nothing_behind():
    with pytest.raises(ImportRefused, match="not UTF-8"):
        errors.check(
            io.BytesIO(written(*[GOOD] * 2000) + b"outreach.dol_errors,\xff\n"),
            name="x.csv",
            by=make.triager(),
        )

    assert not ImportFile.objects.exists()


def test_checking_changes_no_error():
    checked(*[GOOD] * 3)

    assert not HubError.objects.exists()


def test_a_table_is_taken_by_the_name_that_pages_show():
    file = checked(GOOD | {"error_table": "dol_errors"})

    assert file.staged.get().data["error_table"] == make.DOL


@pytest.mark.parametrize(
    "domain",
    ["javascript:alert(1)", "[::1]", "localhost", "a b.example", "https://", "<b>.example"],
)
def test_what_is_no_domain_is_a_problem_and_no_unknown_company(domain):
    ((_, column, _, sentence),) = problems(GOOD | {"domain": domain})

    assert (column, sentence[:18]) == ("domain", "It is not a domain")


def test_header_and_rows_are_judged_in_one_round():
    raw = f"error_table,kode,severity,code,code\n{make.DOL},x,LOUD,A,B\n{make.DOL},x,LOW,A,B,C\n"

    with pytest.raises(ImportRefused) as refusal:
        errors.check(io.BytesIO(raw.encode()), name="x.csv", by=make.triager())

    said = refusal.value.sentence
    assert "do not have: “kode”, did you mean “code”?" in said
    assert "“code” more than once" in said
    assert "Row 2, severity: It is not one of" in said
    assert "Row 3, as a whole: The row has" in said
    assert not ImportFile.objects.exists()


def test_what_follows_from_a_missing_column_is_said_once():
    raw = f"error_table,severity\n{make.DOL},LOUD\n{make.DOL},LOW\n"

    with pytest.raises(ImportRefused) as refusal:
        errors.check(io.BytesIO(raw.encode()), name="x.csv", by=make.triager())

    said = refusal.value.sentence
    assert said.count("code") == 1 and "Row 2, severity" in said and "Row 3" not in said
