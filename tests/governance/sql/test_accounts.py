"""History belongs to accounts: whatever client asks, a name that left a trace is neither changed nor given to somebody else."""

import psycopg
import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from governance.models import Approval, ApprovalComment, ExportFile, SavedView
from governance.services import attribution, violations
from governance.services.approvals import votes
from governance.services.operations import records
from tests import make
from tests.governance.services.approvals.asked import requested

pytestmark = pytest.mark.django_db


def changes_reference_data(person):
    attribution.attribute(by=person)
    make.policy()


def votes_on_something(person):
    person.groups.set(make.manager().groups.all())
    votes.approve(requested(), by=person)


TRACES = {
    "signed in": lambda person: User.objects.filter(pk=person.pk).update(last_login=timezone.now()),
    "planned": lambda person: make.operation(requester=person),
    "started": lambda person: make.operation(actor=person),
    "voted": votes_on_something,
    "remarked": lambda person: ApprovalComment.objects.create(
        approval=requested(), author=person, body="Why?"
    ),
    "exported": lambda person: ExportFile.objects.create(
        subject="errors", format="xlsx", requester=person
    ),
    "saved a view": lambda person: make.view(owner=person, is_shared=True),
    "kept people": lambda person: LogEntry.objects.create(
        user=person, action_flag=1, object_repr="x"
    ),
    "stepped in": lambda person: records.step(make.operation(), "paused", by=str(person)),
    "broke a rule": lambda person: violations.record_missing_approval(
        make.operation(), by=person, message="No."
    ),
    "changed reference data": changes_reference_data,
}


def refused(statement, *params):
    with (
        pytest.raises(IntegrityError) as refusal,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, params)
    return refusal.value.__cause__.diag.constraint_name


@pytest.mark.parametrize("trace", TRACES)
def test_an_account_that_left_a_trace_keeps_its_name_and_stays(trace):
    person = make.user(username="ops")
    TRACES[trace](person)

    renamed = refused("UPDATE auth_user SET username = 'ops-old' WHERE id = %s", person.pk)
    numbered = refused("UPDATE auth_user SET id = id + 100000 WHERE id = %s", person.pk)
    deleted = refused("DELETE FROM auth_user WHERE username = 'ops'")

    assert (renamed, numbered, deleted) == ("account_kept",) * 3


def test_an_account_that_did_nothing_is_renamed_and_deleted():
    person = make.triager(username="osp")
    person.username = "ops"

    person.save()
    person.delete()

    assert not User.objects.exists()


def test_everything_else_of_an_account_may_change():
    person = make.user(username="ops")
    make.operation(requester=person)

    person.first_name, person.is_active = "Nadia", False
    person.save()

    assert User.objects.get(username="ops").is_active is False


LOOKALIKE = "\u043e\u0440\u0455"  # Cyrillic throughout
WIDE = "\uff4f\uff50\uff53"


@pytest.mark.parametrize(
    "name", ["OPS", "Ops", "ops ", "\tops", "system", "SYSTEM", "", LOOKALIKE, "\u043eps", WIDE]
)
def test_a_name_that_could_mean_somebody_else_is_refused(name):
    make.user(username="ops")
    other = make.user()

    made = refused(
        """INSERT INTO auth_user (username, password, first_name, last_name, email, is_superuser,
            is_staff, is_active, date_joined) VALUES (%s, '', '', '', '', false, false, true, now())""",
        name,
    )
    renamed = refused("UPDATE auth_user SET username = %s WHERE id = %s", name, other.pk)

    assert (made, renamed) == ("account_name_free",) * 2


@pytest.mark.parametrize(
    "name", ["n\u0430dia", "\u03bdadia", "na\u200bdia", "\u202enadia", "nad\nia", "\u0438\u03c9"]
)
def test_a_name_of_two_alphabets_or_with_letters_that_nobody_sees_is_refused(name):
    other = make.user()

    assert refused("UPDATE auth_user SET username = %s WHERE id = %s", name, other.pk) == (
        "account_name_readable"
    )


@pytest.mark.parametrize(
    "name", ["nadia.o", "josé", "łukasz", "иван", "γιώργος", "田中ken", "o-2@x"]
)
def test_a_name_of_one_alphabet_is_taken_as_it_is(name):
    assert make.user(username=name).username == name


def test_accounts_are_not_emptied_by_their_owner_either(owner_cursor):
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="auth_user is never emptied"):
        owner_cursor.execute("TRUNCATE auth_user CASCADE")


def test_no_row_of_others_goes_with_an_account():
    boss = make.manager(username="boss")
    view = make.view(owner=boss, is_shared=True)

    with pytest.raises(Exception, match="protected"):
        boss.delete()

    assert SavedView.objects.filter(pk=view.pk).exists()


def test_a_vote_counts_in_the_database_while_the_voter_may_vote():
    approval, voter = requested(), make.manager()
    make.lose(approval.requester, "account")
    votes.approve(approval, by=voter)
    make.lose(voter, "group")

    used = refused(
        "UPDATE governance_approval SET state = 'used', used_at = now() WHERE id = %s", approval.pk
    )

    assert used == "quorum_reached"
    assert Approval.objects.get(pk=approval.pk).state == "approved"


def test_who_planned_does_not_vote_on_the_request_of_somebody_else():
    approval = requested()
    other = Approval.objects.create(
        operation=approval_free(approval),
        plan_hash=approval.plan_hash,
        policy=approval.policy,
        requester=make.manager(),
        expires_at=approval.expires_at,
    )

    vote = refused(
        """INSERT INTO governance_approvalvote (approval_id, voter_id, decision, plan_hash, comment, channel)
        VALUES (%s, %s, 'approve', %s, '', 'psql')""",
        other.pk,
        approval.requester_id,
        other.plan_hash,
    )

    assert vote == "four_eyes"


def approval_free(approval):
    """The plan of a request that was taken back."""
    Approval.objects.filter(pk=approval.pk).update(state="withdrawn", decided_at=timezone.now())
    return approval.operation
