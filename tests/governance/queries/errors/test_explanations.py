"""Why an error stands where it stands, in words."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from governance.models import ErrorCode, ErrorTable, HubError, Schedule
from governance.queries.errors import explanations
from governance.verbs.registry import offered_for
from tests import make

pytestmark = pytest.mark.django_db


def why(error: HubError, **people: str) -> str:
    code = ErrorCode.objects.filter(pk=error.code).first()
    return " ".join(explanations.why(error, code, people=people))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"retry_count": 1}, "It waits in RETRY with 1 of 3 tries used."),
        ({"max_retries": 1}, "It waits in RETRY with 0 of 1 try used."),
        ({"disposition": "RESOLVED", "resolution_note": "fixed"}, "It is resolved: fixed."),
        ({"disposition": "RESOLVED"}, "It is resolved."),
        ({"code": "NEVER-HEARD-OF"}, "The code is not registered"),
        ({"category": "STRUCTURAL"}, "structural: trying again does not help"),
    ],
)
def test_disposition_code_and_category_are_explained(given, sentence):
    assert sentence in why(make.error(**given))


def test_a_parked_error_says_who_set_it_aside_and_who_looks_at_it():
    error = make.error(disposition="PARKED", parked_by="ops", owner="Platform team")

    sentence = "It was set aside by Nadia Okafor for DATA_QUALITY (the data is wrong or incomplete); Platform team looks after it."
    assert f"{sentence} Level 0: the system." in why(error, ops="Nadia Okafor")
    assert "set aside by ops for" in why(error)


def test_an_attempt_that_lies_ahead_is_not_used_up():
    ahead = timezone.now() + timedelta(hours=1)
    error = make.error(retry_count=3, next_retry_at=ahead)
    late = make.error(retry_count=3, next_retry_at=ahead - timedelta(days=1))

    assert explanations.next_try(error)[1] == f"not before {ahead:%H:%M} UTC"
    assert explanations.tries_note(error) == "the last one is queued"
    assert explanations.next_try(late) == ("None", "all tries are used")
    assert explanations.tries_note(late).startswith("used up")


def test_what_no_job_takes_although_it_could_is_said_with_the_reason():
    expired = make.error(created_at=timezone.now() - timedelta(days=31), outreach=make.promotable())
    unhindered = why(expired)
    ErrorTable.objects.filter(pk=make.CT).update(holds_expired=True)
    held = why(HubError.objects.get(pk=expired.pk))
    Schedule.objects.filter(job="daily").update(leaves_out=[make.CT])
    left_out = why(HubError.objects.get(pk=expired.pk))

    assert "it stays" not in unhindered
    assert "Its TTL has run out, and it stays: company_target_errors holds" in held
    assert "No daily job takes it: the schedule leaves company_target_errors out." in left_out


def test_where_a_table_files_its_errors_nobody_has_to_act():
    error = make.error(make.URL)

    assert "ARCHIVED is where url_discovery_failures files its errors" in why(error)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "It keeps its company from promotion while it is RETRY or PARKED."),
        ({"outreach": None}, "it blocks nobody"),
        ({"disposition": "RESOLVED"}, "as RESOLVED it does not"),
        ({"blocks": False}, "It does not block promotion."),
    ],
)
def test_whether_it_blocks_is_said(given, sentence):
    assert sentence in why(make.error(**given))


@pytest.mark.parametrize(
    ("given", "figure", "note"),
    [
        ({"disposition": "RESOLVED"}, "None", "it is RESOLVED"),
        ({"retry_count": 3}, "None", "all tries are used"),
        ({}, "Not planned", "a retry plans it"),
        (
            {"next_retry_at": datetime(2026, 2, 4, 13, 5, tzinfo=UTC)},
            "2026-02-04",
            "not before 13:05 UTC",
        ),
    ],
)
def test_the_next_try_is_a_day_or_a_reason(given, figure, note):
    assert explanations.next_try(make.error(**given)) == (figure, note)


@pytest.mark.parametrize(
    ("table", "given", "note"),
    [
        (make.CT, {"retry_count": 3}, "used up: a daily job parks it"),
        (make.CT, {"category": "TRANSIENT"}, "tries are spaced by 2, 4, 8 … seconds"),
        (make.CT, {"category": "STRUCTURAL"}, "a further try starts at once"),
    ],
)
def test_what_follows_when_tries_are_used_up_is_said(table, given, note):
    assert explanations.tries_note(make.error(table, **given)) == note


def test_where_nothing_is_parked_the_used_up_are_archived():
    error = make.error(make.URL, disposition="RETRY", retry_count=9, max_retries=3)

    assert explanations.tries_note(error) == "used up: a daily job archives it"


def test_each_verb_says_why_it_would_refuse_a_row_in_one_query(django_assert_num_queries):
    error = make.error(disposition="PARKED")
    rows = HubError.objects.filter(pk=error.pk)

    with django_assert_num_queries(1):
        found = explanations.refusals.__wrapped__(rows, offered_for("error"))

    assert found["park"] == "already parked"
    assert found["retry"] == "parked: unpark it first"
    assert (found["unpark"], found["resolve"]) == (None, None)


@pytest.mark.django_db
@pytest.mark.parametrize("asked", [timedelta(minutes=1), timedelta(minutes=4)])
def test_what_was_just_asked_for_is_not_due_and_says_until_when(asked):
    now = timezone.now()
    error = make.error(retry_count=3, last_retry_at=now - asked, next_retry_at=now - asked)

    said = " ".join(explanations.why(error, None, people={}))

    until = error.last_retry_at + timedelta(minutes=5)
    assert f"No job parks it before {until:%Y-%m-%d %H:%M} UTC" in said
    assert explanations.tries_note(error) == "the last one is queued"


@pytest.mark.django_db
def test_what_had_its_time_is_used_up():
    past = timezone.now() - timedelta(minutes=5)
    error = make.error(retry_count=3, last_retry_at=past, next_retry_at=past)

    assert "No job parks it" not in " ".join(explanations.why(error, None, people={}))
    assert explanations.tries_note(error) == "used up: a daily job parks it"
