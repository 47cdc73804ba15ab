"""Errors that programs send: once for each id, filed as by plain SQL, judged as in files."""

import io
import uuid
from typing import Any

import pytest
from django.test import override_settings

from governance.models import ArchivedError, Event, HubError
from governance.services import attribution
from governance.services import errors as services
from governance.services.operations import acts
from governance.verbs.registry import VERBS
from tests import make
from tests.callers import Caller

pytestmark = pytest.mark.django_db

ERRORS, BULK = "/api/errors/", "/api/errors/bulk/"
GOOD = {"error_table": make.DOL, "code": "NO_MATCH"}
KEY = "6f1d2c3b-0a4e-4b57-9c1d-2e3f4a5b6c7d"
JSON_KINDS = [None, True, 7, -1, 10**40, 1.5, "x", "x" * 10_000, [], [1], {}, {"a": {"b": []}}]
COLUMNS = list(services.staged.COLUMNS)


@pytest.fixture
def pipeline() -> Caller:
    return Caller(make.triager(), "read", "pipeline")


def row(**given: Any) -> dict[str, Any]:
    return GOOD | {"error_id": str(uuid.uuid4())} | given


def problems(answer: Any) -> dict[str, str]:
    return {one["field"]: one["problem"] for one in answer.json()["errors"]}


def test_one_error_is_created_and_filed_by_the_policies_of_its_code(pipeline):
    company = make.outreach(domain="example.com")

    answer = pipeline.post(ERRORS, row(error_id=KEY, domain="HTTPS://Example.com/a", retry_count=2))

    assert answer.status_code == 201, answer.content
    assert answer.json() == {
        "error_id": KEY,
        "status": 201,
        "disposition": "RETRY",
        "where": "queue",
    }
    assert answer["Location"] == f"{ERRORS}{KEY}/"
    error = HubError.objects.get(pk=KEY)
    assert (error.domain, error.outreach_id) == ("example.com", company.pk)
    assert error.details == {"given_domain": "HTTPS://Example.com/a"}
    assert (error.category, error.owner, error.retry_count) == ("STRUCTURAL", "HUB-DOL team", 2)


def test_the_history_names_who_sent_it_by_which_channel_and_request(pipeline):
    answer = pipeline.post(ERRORS, row(error_id=KEY))

    event = Event.objects.get(subject_id=KEY)
    assert (event.action, event.channel) == ("CREATE", "api")
    assert event.actor == pipeline.token.account.username
    assert event.request_id == answer["X-Request-ID"]


def test_an_id_is_made_where_none_is_given(pipeline):
    answer = pipeline.post(ERRORS, GOOD)

    assert HubError.objects.get().pk == uuid.UUID(answer.json()["error_id"])


def test_the_same_again_changes_nothing(pipeline):
    sent = row(message="x", domain="Example.com", details={"a": 1.5}, disposition="RETRY")
    first = pipeline.post(ERRORS, sent)

    again = pipeline.post(ERRORS, sent)

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json() | {"status": 200}
    assert HubError.objects.get().version == 1


@pytest.mark.parametrize(
    "other",
    [
        {"message": "another"},
        {"code": "NO_STATE"},
        {"details": {"a": 2}},
        {"domain": "example.org"},
        {"severity": "LOW"},
        {"disposition": "RESOLVED"},
        {"outreach_id": KEY},
    ],
)
def test_other_content_under_a_known_id_is_refused(pipeline, other):
    sent = row(message="x")
    pipeline.post(ERRORS, sent)

    answer = pipeline.post(ERRORS, sent | other)

    assert answer.status_code == 409 and answer.json()["detail"] == services.OTHER
    assert HubError.objects.get().version == 1


def parked(key: str) -> tuple[str, str]:
    HubError.objects.filter(pk=key).update(
        disposition="PARKED", parked_at="2026-02-03T00:00Z", parked_by="jane", park_reason="X"
    )
    return "queue", "PARKED"


def resolved(key: str) -> tuple[str, str]:
    HubError.objects.filter(pk=key).update(disposition="RESOLVED", resolved_at="2026-02-03T00:00Z")
    return "queue", "RESOLVED"


def archived(key: str) -> tuple[str, str]:
    acts.do(
        VERBS["archive"],
        HubError.objects.get(pk=key),
        by=make.triager(),
        version=1,
        reason="MANUAL",
    )
    attribution.attribute(by="")
    assert ArchivedError.objects.filter(pk=key).exists()
    return "archive", "ARCHIVED"


def purged(key: str) -> tuple[str, str]:
    archived(key)
    ArchivedError.objects.filter(pk=key).delete()
    return "purged", "ARCHIVED"


@pytest.mark.parametrize("triage", [parked, resolved, archived, purged])
def test_what_was_triaged_since_stays_as_it_stands(pipeline, triage):
    sent = row(message="x", disposition="RETRY", details={"a": [1]}, blocks=False)
    pipeline.post(ERRORS, sent)
    where, disposition = triage(sent["error_id"])
    events = Event.objects.count()

    same = pipeline.post(ERRORS, sent)
    other = pipeline.post(ERRORS, sent | {"message": "another"})

    assert same.status_code == 200, same.content
    assert (same.json()["where"], same.json()["disposition"]) == (where, disposition)
    assert other.status_code == 409
    assert Event.objects.count() == events


def test_problems_are_those_of_a_file_by_field(pipeline):
    answer = pipeline.post(
        ERRORS,
        {
            "code": "NO_MATCH",
            "error_id": "x",
            "severity": "high",
            "created_at": "2999-01-01T00:00Z",
        },
    )

    assert answer.status_code == 422
    assert problems(answer) == {
        "error_id": "It is not a UUID, such as 6f1d2c3b-0a4e-4b57-9c1d-2e3f4a5b6c7d.",
        "severity": "It is not offered. Did you mean HIGH?",
        "error_table": "It is missing.",
        "created_at": "It lies in the future.",
    }
    assert not HubError.objects.exists()


def test_an_unknown_member_is_refused_and_what_the_database_keeps_is_passed_over(pipeline):
    unknown = pipeline.post(ERRORS, row(colour="red"))
    kept = pipeline.post(ERRORS, row(version=9, expires_at="never"))

    assert unknown.status_code == 400 and unknown.json()["key"] == "colour"
    assert "error_table" in unknown.json()["offered"]
    assert kept.status_code == 201 and HubError.objects.get().version == 1


def test_a_filter_in_the_address_of_a_post_is_refused(pipeline):
    assert pipeline.post(f"{ERRORS}?disposition=RETRY", row()).status_code == 400


@pytest.mark.parametrize("path", [ERRORS, BULK])
def test_it_takes_the_scope_and_the_right(path):
    without_scope = Caller(make.triager(), "read", "triage")
    without_right = Caller(make.analyst(), "read", "pipeline")
    body = row() if path == ERRORS else {"rows": [row()]}

    assert without_scope.post(path, body).status_code == 403
    assert without_right.post(path, body).status_code == 403
    assert not HubError.objects.exists()


def test_many_are_created_all_or_none(pipeline):
    rows = [row(), row(), row(code=None)]

    refused = pipeline.post(BULK, {"rows": rows})
    taken = pipeline.post(BULK, {"rows": rows[:2]})

    assert refused.status_code == 422 and problems(refused) == {"rows.2.code": "It is missing."}
    assert taken.status_code == 201
    assert taken.json()["created"] == HubError.objects.count() == 2
    assert [one["index"] for one in taken.json()["rows"]] == [0, 1]


def test_the_good_rows_alone_are_created_as_asked(pipeline):
    known = row(message="x")
    pipeline.post(ERRORS, known)
    doubled = row()
    rows = [known, known | {"error_id": KEY}, {"code": 7}, doubled, doubled, 5, row(colour="red")]

    answer = pipeline.post(BULK, {"rows": rows, "only_good": True})

    said = answer.json()
    assert answer.status_code == 207
    assert [one["status"] for one in said["rows"]] == [200, 201, 422, 201, 422, 422, 422]
    assert (said["created"], said["unchanged"], said["refused"]) == (2, 1, 4)
    assert said["rows"][4]["errors"] == [{"field": "error_id", "problem": "Row 3 has the same id."}]
    assert said["rows"][6]["errors"][0]["field"] == "colour"
    assert HubError.objects.count() == 3


def test_nothing_good_is_a_refusal(pipeline):
    answer = pipeline.post(BULK, {"rows": [{}, 1], "only_good": True})

    assert answer.status_code == 422 and "rows.1" in problems(answer)


def test_other_content_among_many_refuses_all(pipeline):
    known = row(message="x")
    pipeline.post(ERRORS, known)

    answer = pipeline.post(BULK, {"rows": [row(), known | {"message": "y"}]})

    assert answer.status_code == 422 and problems(answer) == {"rows.1.error_id": services.OTHER}
    assert HubError.objects.count() == 1


def test_a_second_sending_of_many_is_unchanged(pipeline):
    rows = [row(domain=f"c{number}.example") for number in range(5)]
    pipeline.post(BULK, {"rows": rows})

    again = pipeline.post(BULK, {"rows": rows})

    assert again.status_code == 200 and again.json()["unchanged"] == 5
    assert {one["disposition"] for one in again.json()["rows"]} == {"RETRY"}


def test_more_rows_than_100_000_are_refused_before_anything_is_done(
    pipeline, django_assert_max_num_queries
):
    rows: list[Any] = [1] * (services.MOST + 1)
    pipeline.get(ERRORS)

    with django_assert_max_num_queries(4):
        answer = pipeline.post(BULK, {"rows": rows})

    assert answer.status_code == 422 and "100,001" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ([], 400),
        ({"rows": [], "colour": 1}, 400),
        ({}, 422),
        ({"rows": 5}, 422),
        ({"rows": []}, 422),
        ({"rows": [GOOD], "only_good": "yes"}, 422),
    ],
)
def test_a_body_of_another_shape_is_refused(pipeline, body, status):
    assert pipeline.post(BULK, body).status_code == status
    assert not HubError.objects.exists()


@pytest.mark.parametrize("column", [name if name != "id" else "error_id" for name in COLUMNS])
def test_no_kind_of_value_breaks_a_column(pipeline, column):
    rows = [GOOD | {column: value} for value in JSON_KINDS]

    answer = pipeline.post(BULK, {"rows": rows, "only_good": True})

    assert answer.status_code in (201, 207, 422), answer.content


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"rows": [', 400),
        (b'{"code": NaN}', 400),
        (b'{"details": {"a": Infinity}}', 400),
        (b'{"details": {"a": 1e999}}', 400),
        (b'{"message": "\\u0000"}', 400),
        (b'{"message": "\\ud800"}', 400),
        (b'{"message": "\xff"}', 400),
        (b'{"code": 1, "code": 2}', 400),
        (b'{"a": ' + b"[" * 100_000, 400),
        (b'{"details": ' + b'{"a":' * 300 + b"1" + b"}" * 301, 400),
        (b'{"details": ' + b'{"a":' * 300 + b'"\\u0000"' + b"}" * 301, 400),
        (b'{"retry_count": ' + b"9" * 5_000 + b"}", 400),
    ],
)
def test_what_is_no_error_at_all_is_a_problem(pipeline, body, status):
    answer = pipeline.post(ERRORS, body)

    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert not HubError.objects.exists()


def test_a_body_of_another_kind_is_refused(pipeline):
    answer = pipeline.post(
        ERRORS, b"code=NO_MATCH", content_type="application/x-www-form-urlencoded"
    )

    assert answer.status_code == 415


@override_settings(API_BODY_LIMIT=50)
def test_a_body_over_the_limit_is_refused_before_it_is_read(pipeline):
    answer = pipeline.post(BULK, {"rows": [row()]})

    assert answer.status_code == 413 and "at most 50" in answer.json()["detail"]


def test_a_body_that_breaks_off_leaves_nothing(pipeline):
    answer = pipeline.client.post(
        BULK,
        headers=pipeline.headers({"Content-Type": "application/json"}),
        **{"wsgi.input": io.BytesIO(b'{"rows": ['), "CONTENT_LENGTH": "5000"},
    )

    assert answer.status_code == 400 and not HubError.objects.exists()


def test_many_cost_as_many_queries_as_one(pipeline, django_assert_max_num_queries):
    pipeline.post(BULK, {"rows": [row(domain="a.example")]})

    with django_assert_max_num_queries(14) as one:
        pipeline.post(BULK, {"rows": [row(domain="b.example")]})
    with django_assert_max_num_queries(14) as many:
        pipeline.post(BULK, {"rows": [row(domain=f"c{n}.example") for n in range(300)]})

    assert len(one) == len(many)
