"""A statement that changes nothing is no change: whatever it names, and however often it comes."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.db.models import Max
from django.utils import timezone

from governance.models import (
    ArchivedError,
    CompanyTarget,
    Disposition,
    ErrorTable,
    Event,
    HubError,
    Operation,
)
from governance.services.operations import plans, runner
from tests import make

pytestmark = pytest.mark.django_db
ERROR = "governance_huberror"
COUNTS = ", version = version + 1, updated_at = now()"
# columns that follow from others come back to what they are, so writing them is no change either
SAME = [
    "severity = severity",
    "message = message, code = code, domain = domain",
    "updated_at = now()",
    "updated_at = NULL",
    "version = version + 7",
    "expires_at = expires_at + interval '1 day'",
    "retry_exhausted = NOT retry_exhausted",
    "message_key = ''",
    "details = details || '{}', ttl_tier = ttl_tier",
    "disposition = disposition, parked_at = parked_at",
]


def plain(statement: str, *params: object) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.rowcount


def facts(model, error) -> tuple[object, ...]:
    row = model.objects.values().get(pk=error.pk)
    return tuple(bytes(one) if isinstance(one, memoryview) else one for one in row.values())


def last_event() -> int:
    return Event.objects.aggregate(last=Max("id"))["last"]


@pytest.mark.parametrize("same", SAME)
@pytest.mark.parametrize("disposition", [Disposition.RETRY, Disposition.PARKED])
def test_an_error_that_is_written_as_it_was_keeps_version_and_time_and_leaves_no_event(
    same, disposition
):
    error = make.error(disposition=disposition, updated_at=timezone.now())
    before, last = facts(HubError, error), last_event()

    assert plain(f"UPDATE {ERROR} SET {same}") == 1

    assert (facts(HubError, error), last_event()) == (before, last)


def test_of_a_statement_over_many_errors_only_the_changed_ones_are_recorded():
    there, elsewhere = make.error(owner="HUB team"), make.error(owner="Platform team")

    plain(f"UPDATE {ERROR} SET owner = 'Platform team'")

    assert [event.subject_id for event in Event.objects.filter(action="UPDATE")] == [there.pk]
    assert {e.pk: e.version for e in HubError.objects.all()} == {there.pk: 2, elsewhere.pk: 1}


def test_a_plan_holds_when_its_rows_are_written_as_they_were():
    error = make.error()
    operation = plans.make("park", errors=[error], by=make.triager(), reason="DATA_QUALITY")

    plain(f"UPDATE {ERROR} SET severity = severity")
    runner.run(operation)

    operation.refresh_from_db()
    assert (operation.state, operation.applied) == (Operation.State.DONE, 1)


def test_a_statement_that_counts_its_changes_is_recorded_like_any_other():
    error = make.error(owner="HUB team")

    plain(f"UPDATE {ERROR} SET owner = 'x', version = version + 1, updated_at = now()")

    event = Event.objects.get(subject_id=error.pk, action="UPDATE")
    assert (event.before["version"], event.after["version"], event.owner) == (1, 2, "x")


@pytest.mark.parametrize("same", ["version = 5", "message = message, domain = domain"])
def test_an_archived_error_that_is_written_as_it_was_leaves_no_trace(same):
    error = make.archived()
    before, last = facts(ArchivedError, error), last_event()

    plain(f"UPDATE governance_archivederror SET {same}")

    assert (facts(ArchivedError, error), last_event()) == (before, last)


def test_a_target_that_is_written_as_it_was_leaves_readiness_unwritten():
    target = make.target("ready")
    written = "SELECT xmin::text, xmax::text, ctid::text FROM governance_readiness"
    with connection.cursor() as cursor:
        cursor.execute(written)
        before, last = cursor.fetchall(), last_event()

        cursor.execute("UPDATE governance_companytarget SET execution_status = execution_status")

        cursor.execute(written)
        assert (cursor.fetchall(), last_event()) == (before, last)
    assert CompanyTarget.objects.get(pk=target.pk).version == 1


def test_a_policy_that_is_saved_as_it_was_leaves_no_event():
    table, last = ErrorTable.objects.first(), last_event()

    table.save()

    assert last_event() == last


@pytest.mark.parametrize(
    ("start", "change", "refused"),
    [
        ("RETRY", "disposition = 'PARKED'", "parked_facts_paired"),
        ("RESOLVED", "disposition = 'IGNORE'", "cannot become"),
        ("RETRY", "error_table = 'outreach.dol_errors'", "keeps its id and its error table"),
    ],
)
def test_a_statement_that_counts_for_itself_is_refused_like_any_other(start, change, refused):
    make.error(disposition=start)

    with pytest.raises(IntegrityError, match=refused):
        plain(f"UPDATE {ERROR} SET {change}{COUNTS}")


def test_a_statement_that_counts_for_itself_leaves_what_follows_from_others_right():
    error = make.error(disposition="PARKED", max_retries=3)

    plain(
        f"UPDATE {ERROR} SET disposition = 'RETRY', retry_count = 3, ttl_tier = 'SHORT', code = 'X'{COUNTS}"
    )

    error.refresh_from_db()
    assert (error.parked_at, error.park_reason, error.retry_exhausted) == (None, None, True)
    assert error.expires_at - error.created_at == timedelta(days=7)
    assert error.text.body.endswith(f"X {error.domain}")


@pytest.mark.parametrize(
    ("column", "wrong"),
    [("expires_at", "now()"), ("retry_exhausted", "true"), ("message_key", "'?'")],
)
def test_a_statement_that_counts_for_itself_cannot_set_what_follows_from_others(column, wrong):
    error = HubError.objects.get(pk=make.error().pk)

    plain(f"UPDATE {ERROR} SET owner = 'x', {column} = {wrong}{COUNTS}")

    changed = HubError.objects.get(pk=error.pk)
    assert (changed.version, changed.owner) == (2, "x")
    assert getattr(changed, column) == getattr(error, column)
