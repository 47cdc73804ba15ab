"""Nothing changes without a trace, and no trace can be changed."""

import pytest
from django.db import ProgrammingError, connection, transaction

from governance.models import Event
from governance.services import attribution
from tests import make

pytestmark = pytest.mark.django_db
APPEND_ONLY = [
    "event",
    "approvalvote",
    "approvalcomment",
    "operationstep",
    "violation",
    "playbookversion",
    "report",
    "toolcall",
]


def test_a_change_by_plain_sql_keeps_the_whole_row_before_and_after():
    error = make.error(owner="HUB team")

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE governance_huberror SET owner = 'Platform team' WHERE id = %s", [error.pk]
        )

    event = Event.objects.filter(subject_id=error.pk).latest("id")
    assert event.is_outside and event.db_user == "outreach_app" and event.action == "UPDATE"
    assert (event.before["owner"], event.after["owner"], event.after["version"]) == (
        "HUB team",
        "Platform team",
        2,
    )


def test_a_parking_by_plain_sql_is_named_by_what_it_did():
    error = make.error()

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE governance_huberror SET disposition = 'PARKED', parked_at = now(), parked_by = 'x', park_reason = 'y' WHERE id = %s",
            [error.pk],
        )

    event = Event.objects.filter(subject_id=error.pk).latest("id")
    assert (event.action, event.from_state, event.to_state, event.park_reason) == (
        "PARK",
        "RETRY",
        "PARKED",
        "y",
    )


def test_the_rows_of_one_transaction_share_its_number():
    errors = make.errors(3)

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE governance_huberror SET owner = 'Platform team' WHERE id = ANY (%s)",
            [[error.pk for error in errors]],
        )

    assert Event.objects.filter(action="UPDATE").values("txid").distinct().count() == 1


def test_an_attributed_change_names_its_actor_and_operation():
    error = make.error()
    person = make.triager(username="nadia")

    with transaction.atomic():
        attribution.attribute(
            by=person, operation=7, action="ASSIGN", reason="moved", channel="browser"
        )
        type(error).objects.filter(pk=error.pk).update(owner="Platform team")

    event = Event.objects.filter(subject_id=error.pk).latest("id")
    assert (event.actor, event.operation_id, event.action, event.reason, event.before) == (
        "nadia",
        7,
        "ASSIGN",
        "moved",
        None,
    )


def test_a_deleted_error_stays_in_the_history_as_it_was():
    error = make.error(message="gone for good")

    type(error).objects.filter(pk=error.pk).delete()

    event = Event.objects.filter(subject_id=error.pk).latest("id")
    assert (event.action, event.before["message"]) == ("DELETE", "gone for good")


def test_a_changed_policy_is_in_the_history():
    policy = make.policy(quorum=1)

    policy.quorum = 2
    policy.save()

    event = Event.objects.filter(
        subject_type="governance_approvalpolicy", subject_key=policy.name
    ).latest("id")
    assert (event.before["quorum"], event.after["quorum"]) == (1, 2)


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE governance_{} SET id = id",
        "DELETE FROM governance_{}",
        "TRUNCATE governance_{} CASCADE",
    ],
)
def test_the_running_role_has_no_right_to_change_what_is_append_only(table, statement):
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE governance_event SET actor = 'nobody'",
        "DELETE FROM governance_event",
        "TRUNCATE governance_event",
    ],
)
def test_even_the_owner_is_refused(owner_cursor, statement):
    owner_cursor.execute(
        "INSERT INTO governance_event (txid, db_user, action, subject_type) VALUES (1, 'x', 'TEST', 'test')"
    )

    with pytest.raises(Exception, match=r"is append-only|is never emptied"):
        owner_cursor.execute(statement)
