"""Hub rows by the API: judged as files are, brought in as one operation, refused row by row."""

import json

import pytest

from governance.models import CompanySlot, CompanyTarget, DolFiling, ImportFile, Operation
from governance.resources.hubexports import TABLES
from governance.services.operations import undos
from tests import make
from tests.callers import Caller

pytestmark = pytest.mark.django_db

HUBS = "/api/hubs/"
SLOTS = f"{HUBS}company_slot/"
DOL = f"{HUBS}dol/"


@pytest.fixture
def manager() -> Caller:
    return Caller(make.manager(), "read", "pipeline")


def filed(**given) -> dict:
    """A row of a filing on a company of its own."""
    return {"outreach_id": str(make.outreach().pk), "filing_present": True} | given


def wrong(answer) -> list[tuple[int, str]]:
    return [(one["index"], one["field"]) for one in answer.json()["errors"]]


def test_tables_are_listed_with_their_columns(manager):
    tables = {one["name"]: one for one in manager.get(HUBS).json()["results"]}

    slots = {one["name"]: one for one in tables["company_slot"]["columns"]}
    assert len(tables) == 8 and tables["dol"]["table"] == "outreach.dol"
    assert slots["outreach_id"]["is_needed"] and not slots["is_filled"]["may_be_empty"]
    assert manager.get(SLOTS).json() == tables["company_slot"]
    assert manager.get(f"{HUBS}people.company_slot/").json()["name"] == "company_slot"


def test_rows_are_applied_in_the_answer_and_the_same_rows_are_nothing_to_do(manager):
    slot = make.slots(0)[0]
    rows = [
        {"slot_id": str(slot.pk), "is_filled": True},
        {"outreach_id": str(make.outreach().pk), "slot_type": "CFO"},
    ]

    first = manager.post(SLOTS, {"rows": rows})
    again = manager.post(SLOTS, {"rows": rows})

    said = first.json()
    assert first.status_code == 202 and (said["new"], said["changed"]) == (1, 1)
    assert said["operation"]["state"] == "done" and said["operation"]["applied"] == 2
    assert first["Location"] == said["operation"]["address"]
    assert CompanySlot.objects.get(pk=slot.pk).is_filled
    assert again.status_code == 200 and again.json()["operation"] is None
    assert again.json()["unchanged"] == 2 and Operation.objects.count() == 1


def test_what_was_brought_in_is_an_operation_that_can_be_undone(manager):
    operation = manager.post(DOL, {"rows": [filed(ein="12-3456789")]}).json()["operation"]
    done = Operation.objects.get(pk=operation["id"])

    undo = undos.plan(done, by=done.requester)

    assert done.channel == "api" and done.kind == Operation.Kind.IMPORT
    assert undo.eligible == 1 and DolFiling.objects.get().ein == "12-3456789"


def test_a_pipeline_brings_rows_in_with_its_own_scope(db):
    may = Caller(None, "pipeline", pipeline="ingest")
    reads = Caller(may.token.account, "read", by=may.token.created_by)

    assert may.post(DOL, {"rows": [filed()]}).status_code == 202
    refused = reads.post(DOL, {"rows": [filed()]})
    assert refused.status_code == 403 and "scope" in refused.json()["detail"]


def test_who_may_not_import_is_refused():
    analyst = Caller(make.analyst(), "read", "pipeline")

    assert analyst.post(DOL, {"rows": [filed()]}).status_code == 403
    assert analyst.get(HUBS).status_code == 403
    assert DolFiling.objects.count() == 0


def test_many_rows_wait_for_a_second_person_and_the_answer_says_how_to_ask(manager):
    make.policy(over_rows=1)

    said = manager.post(DOL, {"rows": [filed(), filed()]}).json()

    assert said["operation"]["state"] == "planned" and said["operation"]["gate"]
    assert f"/api/operations/{said['operation']['id']}/request-approval/" in said["what_to_do"]
    assert DolFiling.objects.count() == 0


def test_wrong_rows_are_named_by_index_field_and_problem_and_nothing_is_done(manager):
    slot = make.slots(0)[0]
    rows = [
        {"slot_id": str(slot.pk), "is_filled": True},
        {"slot_id": str(slot.pk), "is_filled": False},
        {"outreach_id": str(make.outreach().pk), "slot_type": "CFO", "is_filled": "perhaps"},
        {"outreach_id": "00000000-0000-4000-8000-000000000000", "slot_type": "CFO"},
        {"slot_type": "CFO"},
        7,
    ]

    answer = manager.post(SLOTS, {"rows": rows})

    assert answer.status_code == 422 and "5 of 6 rows have problems" in answer.json()["detail"]
    assert wrong(answer) == [
        (1, "slot_id"),
        (2, "is_filled"),
        (3, "outreach_id"),
        (4, "outreach_id"),
        (5, ""),
    ]
    assert not CompanySlot.objects.get(pk=slot.pk).is_filled
    assert ImportFile.objects.count() == Operation.objects.count() == 0


def test_the_good_rows_alone_are_brought_in_where_asked_for(manager):
    rows = [filed(ein="12-3456789"), filed(filing_present="perhaps")]

    answer = manager.post(DOL, {"rows": rows, "only_good": True})

    said = answer.json()
    assert answer.status_code == 202 and said["operation"]["applied"] == 1
    assert said["wrong"] == 1 and said["problems"][0]["index"] == 1
    assert DolFiling.objects.count() == 1


def test_a_dry_run_says_the_same_and_keeps_nothing(manager):
    rows = [filed(), filed(filing_present="perhaps")]

    answer = manager.post(DOL, {"rows": rows, "dry_run": True})

    said = answer.json()
    assert answer.status_code == 200 and (said["new"], said["wrong"]) == (1, 1)
    assert ImportFile.objects.count() == DolFiling.objects.count() == 0


def test_nothing_empties_a_column_and_a_lacking_member_leaves_it(manager):
    filing = make.filing()
    key = {"dol_id": str(filing.pk)}

    manager.post(DOL, {"rows": [key | {"ein": None}]})
    filing.refresh_from_db()

    assert not filing.ein and filing.filing_present


def test_numbers_are_kept_as_they_are_sent(manager):
    company = make.outreach()
    row = {"outreach_id": str(company.pk), "confidence_score": 0.75}

    assert manager.post(f"{HUBS}company_target/", {"rows": [row]}).status_code == 202
    assert str(CompanyTarget.objects.get().confidence_score) == "0.7500"


def test_a_text_keeps_the_apostrophe_that_an_export_would_have_put_there(manager):
    row = {"outreach_id": str(make.outreach().pk), "context_summary": "'=1+1"}

    answer = manager.post(f"{HUBS}blog/", {"rows": [row]})

    assert answer.status_code == 202
    stored = Operation.objects.get().import_file.staged.get().data
    assert stored["context_summary"] == "'=1+1"


def test_the_same_request_under_a_key_is_done_once(manager):
    body = {"rows": [filed(ein="12-3456789")]}

    first = manager.post(DOL, body, Idempotency_Key="k1")
    again = manager.post(DOL, body, Idempotency_Key="k1")

    assert first.json() == again.json() and again["Idempotent-Replayed"] == "true"
    assert again["Location"] == first["Location"] and Operation.objects.count() == 1


VALUES = [None, True, 7, -1, 1.5, 10**40, 1e300, "", "x" * 10_000, [], {}, "2026-13-45", "☃"]


@pytest.mark.parametrize("table", [verb.subject for verb in TABLES])
def test_every_type_in_every_column_is_taken_or_named(manager, table):
    columns = [one["name"] for one in manager.get(f"{HUBS}{table}/").json()["columns"]]
    rows = [{name: value} for name in columns for value in VALUES]

    answer = manager.post(f"{HUBS}{table}/", {"rows": rows, "dry_run": True})

    assert answer.status_code == 200
    assert answer.json()["wrong"] > len(rows) / 2


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ([], 400),
        ("x", 400),
        ({}, 422),
        ({"rows": []}, 422),
        ({"rows": {}}, 422),
        ({"rows": "x"}, 422),
        ({"rows": [{}], "only_good": 1}, 422),
        ({"rows": [{}], "dry_run": "yes"}, 422),
        ({"rows": [{}], "colour": 1}, 400),
        ({"rows": [{"colour": 1}]}, 400),
        ({"rows": [{"sovereign_id": "x"}]}, 400),
        (b'{"rows": [{"ein": "\\u0000"}]}', 400),
        (b'{"rows": [{"ein": Infinity}]}', 400),
        (b'{"rows": [{"ein": 1, "ein": 2}]}', 400),
        ({"rows": [{}] * 100_001}, 422),
    ],
)
def test_a_body_that_cannot_be_taken_is_refused(manager, body, status):
    answer = manager.post(DOL, body)

    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert ImportFile.objects.count() == 0


def test_an_unknown_table_and_another_type_of_body_are_refused(manager):
    assert manager.post(f"{HUBS}nothing/", {"rows": [{}]}).status_code == 404
    sent = json.dumps({"rows": []}).encode()
    assert manager.post(DOL, sent, content_type="text/csv").status_code == 415
