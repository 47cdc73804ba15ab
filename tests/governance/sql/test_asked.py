"""What the database keeps of requests for calls, whoever writes."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from governance.models import AskedCall, Event
from governance.services.approvals import votes
from tests import make
from tests.governance.services.approvals import asked
from tests.governance.services.canon.calling import approved, now, requested, spend

pytestmark = pytest.mark.django_db
COPY = """INSERT INTO governance_askedcall (tool, tool_id, tool_name, hub_id, entity, canon_version,
        price, facts, digest, interaction, contact_zone, calling_hours, correlation_id, account_id)
    SELECT tool, tool_id, tool_name, hub_id, {entity}, canon_version,
        price, {facts}, {digest}, interaction, contact_zone, calling_hours, '', account_id
    FROM governance_askedcall"""
ASK = """INSERT INTO governance_approval (asked_call_id, operation_id, plan_hash, policy, state, requester_id,
        note, state_note, used_by_call, expires_at)
    SELECT c.id, {operation}, {digest}, a.policy, '{state}', a.requester_id, '', '', '', now() + interval '1 day'
    FROM governance_askedcall c JOIN governance_approval a ON a.asked_call_id = c.id"""


def refused(statement: str, *given) -> str:
    """The constraint that refuses a statement."""
    with (
        pytest.raises(IntegrityError) as fault,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, given or None)
    return fault.value.__cause__.diag.constraint_name


@pytest.mark.parametrize("statement", ["UPDATE {} SET facts = '{{}}'", "DELETE FROM {}"])
def test_what_was_asked_for_stays_as_it_was(statement):
    requested()

    with (
        pytest.raises(DatabaseError, match=r"append-only|permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(AskedCall._meta.db_table))


@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({"digest": "repeat('0', 64)"}, "askedcall_digest"),
        ({"facts": "'{}'"}, "askedcall_digest"),
        ({"entity": "'other.example'"}, "askedcall_digest"),
        ({"entity": "entity || E'\\n2'"}, "askedcall_digest"),
        ({"digest": "'x'"}, "askedcall_digest"),
    ],
)
def test_a_digest_is_that_of_the_call(changed, constraint):
    requested()
    wanted = {"entity": "entity", "facts": "facts", "digest": "digest"} | changed

    assert refused(COPY.format(**wanted)) == constraint


def test_the_shape_of_a_digest_and_an_entity_are_kept_too(owner_cursor):
    owner_cursor.execute(
        "SELECT conname FROM pg_constraint WHERE conrelid = 'governance_askedcall'::regclass"
    )

    names = {name for (name,) in owner_cursor.fetchall()}
    assert {"askedcall_digest_shape", "askedcall_of_an_entity"} <= names


@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({}, "one_open_approval_of_call"),
        ({"digest": "repeat('0', 64)"}, "same_call"),
        ({"state": "approved"}, "approval_machine"),
        ({"state": "used"}, "approval_machine"),
        ({"operation": "(SELECT max(id) FROM governance_operation)"}, "approval_of_one_subject"),
    ],
)
def test_a_request_is_about_its_call_and_begins_as_pending(changed, constraint):
    make.operation()
    requested()
    wanted = {"digest": "c.digest", "state": "pending", "operation": "NULL"} | changed

    assert refused(ASK.format(**wanted)) == constraint


@pytest.mark.parametrize(
    ("assignment", "constraint"),
    [
        ("state = 'approved', decided_at = now()", "quorum_reached"),
        ("state = 'used', used_at = now(), decided_at = now()", "approval_machine"),
        ("plan_hash = repeat('0', 64)", "approval_frozen"),
        ("asked_call_id = NULL", "approval_frozen"),
        ("requester_id = requester_id + 1", "approval_frozen"),
        ("expires_at = expires_at + interval '1 second'", "approval_frozen"),
        ("used_by_call = 'c-1'", "approval_spent_on_a_call"),
    ],
)
def test_a_request_that_waits_stays_bound(assignment, constraint):
    requested()

    assert refused(f"UPDATE governance_approval SET {assignment}") == constraint


@pytest.mark.parametrize(
    ("assignment", "constraint"),
    [
        ("used_by_call = 'c-2'", "approval_frozen"),
        ("used_at = now()", "approval_frozen"),
        ("state = 'approved', used_at = NULL, used_by_call = ''", "approval_machine"),
        ("state = 'void'", "approval_machine"),
    ],
)
def test_what_was_spent_stays_spent(assignment, constraint):
    approved()
    assert spend()

    assert refused(f"UPDATE governance_approval SET {assignment}") == constraint


def test_who_asked_votes_by_sql_neither():
    found = requested()

    said = refused(
        """INSERT INTO governance_approvalvote (approval_id, voter_id, decision, plan_hash, comment, channel)
        VALUES (%s, %s, 'approve', %s, '', 'psql')""",
        found.pk,
        found.requester_id,
        found.plan_hash,
    )

    assert said == "four_eyes"


@pytest.mark.parametrize(("more", "is_taken"), [("24 hours", True), ("75 hours", False)])
def test_an_agreement_lasts_no_longer_than_its_policy_and_a_night(more, is_taken):
    found = requested()
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO governance_approvalvote (approval_id, voter_id, decision, plan_hash, comment, channel)
            VALUES (%s, %s, 'approve', %s, '', 'psql')""",
            [found.pk, make.manager().pk, found.plan_hash],
        )
    statement = f"""UPDATE governance_approval SET state = 'approved', decided_at = now(),
        expires_at = clock_timestamp() + interval '{more}'"""

    if is_taken:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE governance_approval SET expires_at = now() + interval '1 hour'")
            cursor.execute(statement)
        assert now(found).state == "approved"
    else:
        assert refused(statement) == "approval_frozen"


def test_a_policy_about_operations_names_no_tools():
    said = refused(
        "UPDATE governance_approvalpolicy SET tools = '{firecrawl}' WHERE subject = 'operation'"
    )

    assert said == "policy_names_tools_of_calls"


def test_a_step_by_plain_sql_is_an_outside_change():
    found = requested()

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('outreach.actor', '', true), set_config('outreach.reason', '', true)"
        )
        cursor.execute(
            "UPDATE governance_approval SET state = 'withdrawn', decided_at = now() WHERE id = %s",
            [found.pk],
        )

    event = Event.objects.get(action="approval.withdrawn")
    assert event.is_outside and event.before["state"] == "pending"


def test_the_digest_of_the_database_is_that_of_the_console():
    facts = {"name": "Zoë’s “café”", "a": [1.50, {"b": None}], "z": "\0\ud800"}

    found = requested(facts=facts, entity="Zoë")

    with connection.cursor() as cursor:
        cursor.execute("SELECT governance.digest_of_call(c) FROM governance_askedcall c")
        assert cursor.fetchone() == (found.plan_hash,)


def test_requests_for_operations_write_no_such_history():
    votes.approve(asked.requested(), by=make.manager())

    assert not Event.objects.filter(subject_type="approval").exists()
