"""What goes out: all columns, never the sovereign id, the same rows in every format."""

import csv
import io
import json
from datetime import datetime, timedelta

import pytest
from django.http import QueryDict

from governance.models import Event, Outreach
from governance.resources.exports import EXPORTS
from outreach_admin.exceptions import BadRequest
from outreach_admin.lists.files import streams
from tests import make

pytestmark = pytest.mark.usefixtures("committed_db")


def csv_rows(name: str, filter: str = "", **options) -> list[dict[str, str]]:
    export = EXPORTS[name]
    text = b"".join(
        export.stream(export.from_text(filter), "csv", comments=False, **options).blocks
    ).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def json_rows(name: str, filter: str = "") -> list[dict]:
    export = EXPORTS[name]
    return json.loads(b"".join(export.stream(export.from_text(filter), "json").blocks))["rows"]


def test_errors_go_out_with_every_column_newest_first():
    first = make.error(make.DOL, message='=HYPERLINK("x")', details={"raw_input": {"b": [1, None]}})
    second = make.error(make.CT, disposition="PARKED")

    table, objects = csv_rows("errors"), json_rows("errors")

    assert (
        [row["error_id"] for row in table]
        == [str(second.pk), str(first.pk)]
        == [row["error_id"] for row in objects]
    )
    assert table[1]["message"] == "'" + first.message and objects[1]["message"] == first.message
    assert json.loads(table[1]["details"]) == objects[1]["details"] == first.details
    assert (
        table[0]["parked_by"] == "system"
        and table[0]["blocks"] == "true"
        and objects[0]["blocks"] is True
    )
    assert list(table[0]) == list(objects[0]) == list(EXPORTS["errors"].columns)


def test_an_export_has_exactly_the_rows_of_its_filter():
    wanted = make.error(make.DOL, code="NO_STATE")
    make.error(make.DOL)
    make.error(make.CT)

    assert [row["error_id"] for row in csv_rows("errors", "code=NO_STATE&disposition=RETRY")] == [
        str(wanted.pk)
    ]
    assert [row["error_id"] for row in json_rows("errors", f"q={wanted.domain}&code=NO_STATE")] == [
        str(wanted.pk)
    ]


@pytest.mark.parametrize(
    "filter", ["codes=NO_STATE", "severity=AWFUL", "code=", "retry_count=x", "sort=-created"]
)
def test_a_wrong_filter_exports_nothing(filter):
    with pytest.raises(BadRequest):
        EXPORTS["errors"].from_text(filter)


def test_the_archive_goes_out_with_why_and_when():
    archived = make.archived(archive_reason="SUPERSEDED")

    row = csv_rows("archive", "archive_reason=SUPERSEDED")[0]

    assert (row["error_id"], row["archive_reason"], row["final_disposition"]) == (
        str(archived.pk),
        "SUPERSEDED",
        "RETRY",
    )
    assert row["retention_expires_at"]


def test_readiness_goes_out_with_tier_and_flags():
    ready = make.promotable()
    make.outreach()

    row = json_rows("readiness", "promotable=true")[0]

    assert (row["outreach_id"], row["readiness_tier"], row["dol_done"]) == (
        str(ready.pk),
        "TIER_0_ANCHOR_DONE",
        True,
    )
    assert len(csv_rows("readiness")) == 2


def test_audit_entries_have_the_shape_of_the_seed():
    error = make.error(make.CT)
    event = Event.objects.get(subject_id=error.pk)
    common = {
        "txid": 1,
        "db_user": "x",
        "actor": "ops",
        "operation_id": 7,
        "outreach_id": error.outreach_id,
        "subject_id": error.pk,
        "subject_type": make.CT,
    }
    Event.objects.create(**common, action="PARK", park_reason="NO_MX_AFTER_RETRIES", retry_count=2)
    Event.objects.create(**common, action="RETRY", retry_count=2)
    Event.objects.create(
        **common | {"subject_type": "outreach.company_target"},
        action="RESET",
        from_state="failed",
        to_state="pending",
    )

    created, parked, retried, reset = json_rows("audit")

    # PostgreSQL writes no zeros at the end of a second's fraction
    assert (
        datetime.fromisoformat(created["timestamp"]) == event.at and created["action"] == "CREATE"
    )
    assert [entry["entity_type"] for entry in (parked, retried, reset)] == [
        "ct_error",
        "ct_error",
        "company_target",
    ]
    always = {"outreach_id": str(error.outreach_id), "operation_id": 7, "actor": "ops"}
    assert parked["details"] == always | {"reason": "NO_MX_AFTER_RETRIES", "retry_count": 2}
    assert retried["details"] == always | {"new_retry_count": 2, "next_retry_at": None}
    assert reset["details"] == always | {"from": "failed", "to": "pending"}
    assert len(csv_rows("audit", "action=PARK&entity_type=ct_error&operation=7&actor=ops")) == 1


def test_the_sovereign_id_is_never_exported():
    company = make.company()
    spine = Outreach.objects.get(pk=company.outreach_id)
    make.error(outreach=spine)
    make.archived(outreach=spine)
    make.target(outreach=spine)

    for export in (EXPORTS[name] for name in ("errors", "archive", "readiness", "audit")):
        text = b"".join(export.stream(export.from_text(""), "json").blocks).decode()
        assert company.company_name in text or export.name == "audit"
        assert str(spine.sovereign_id) not in text and "sovereign" not in text


def test_an_address_is_read_as_the_list_reads_it():
    export = EXPORTS["errors"]

    found = export.filtered(QueryDict("code=NO_MATCH&disposition=RETRY&sort=-created&size=50"))

    assert found.canonical() == "code=NO_MATCH&disposition=RETRY"


def test_a_file_states_the_moments_that_its_filter_meant():
    export = EXPORTS["errors"]
    make.error()
    filtered = export.from_text("created_before=in-48h")
    meant = f"in-48h is {streams.iso(filtered.as_of + timedelta(hours=48))}"

    table = export.stream(filtered, "csv")
    objects = export.stream(export.from_text("code=A"), "csv")

    assert table.headers["X-Export-Moments"] == meant
    assert f"# moments: {meant}\r\n" in b"".join(table.blocks).decode()
    assert json.loads(b"".join(export.stream(filtered, "json").blocks))["moments"] == meant
    assert "X-Export-Moments" not in objects.headers and b"moments" not in b"".join(objects.blocks)


def test_chosen_columns_go_out_in_their_order_and_rows_in_theirs():
    first, second = make.error(make.DOL), make.error(make.CT)
    export = EXPORTS["errors"].with_columns(["code", "domain", "code"])

    table = b"".join(export.stream(export.from_text(""), "csv", comments=False).blocks).decode()
    objects = json.loads(b"".join(export.stream(export.from_text(""), "json").blocks))["rows"]

    assert table.splitlines() == [
        "code,domain",
        f"CT-M-NO-MX,{second.domain}",
        f"NO_MATCH,{first.domain}",
    ]
    assert [list(row) for row in objects] == [["code", "domain"]] * 2
    assert [row["domain"] for row in objects] == [second.domain, first.domain]


def test_a_column_that_there_is_not_is_refused_and_all_in_order_are_no_choice():
    export = EXPORTS["readiness"]

    with pytest.raises(BadRequest, match="no column “sovereign_id” in an export of companies"):
        export.with_columns(["domain", "sovereign_id"])
    assert export.with_columns(list(export.columns)).chosen == ()


def test_readiness_says_in_words_what_keeps_a_company():
    ready, bare = make.promotable(), make.outreach()
    held = make.target("ready").outreach
    make.slots(2, outreach=held)
    make.errors(2, make.CT, outreach=held)
    make.error(make.PEOPLE, outreach=held)

    rows = {row["outreach_id"]: row for row in json_rows("readiness")}

    assert rows[str(ready.pk)]["blockers"] == ""
    assert rows[str(bare.pk)]["blockers"] == (
        "company target not done (no record); DOL not done; people not done (0 of 3 slots filled)"
    )
    assert rows[str(held.pk)]["blockers"] == (
        "company target held by 2 errors; people held by 1 error; DOL not done; "
        "people not done (2 of 3 slots filled)"
    )
    said = {pk: (row["bottleneck"], row["reason"]) for pk, row in rows.items()}
    assert said == {
        str(ready.pk): ("", ""),
        str(bare.pk): ("Company Target", "no company target"),
        str(held.pk): ("Company Target", "company target held by an error"),
    }
    assert rows[str(held.pk)]["open_errors"] == 3


def test_no_value_and_an_empty_text_differ_in_a_csv():
    make.company(company_name="")
    make.outreach()
    export = EXPORTS["readiness"].with_columns(["company_name", "address_state"])

    text = b"".join(export.stream(export.from_text(""), "csv", comments=False).blocks).decode()

    assert sorted(text.splitlines()[1:]) == ['"",OH', ","]


def test_a_name_that_a_spreadsheet_would_run_is_made_text_in_readiness():
    make.company(company_name='=HYPERLINK("x")', address_state="+1")

    (row,) = csv_rows("readiness")

    assert (row["company_name"], row["address_state"]) == ('\'=HYPERLINK("x")', "'+1")
