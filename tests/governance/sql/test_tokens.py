"""What the database keeps of tokens, whoever writes: plain SQL is refused what the console refuses."""

from datetime import timedelta

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.utils import timezone

from governance.models import ApprovalVote, Event, Token
from tests import make
from tests.governance.services.approvals.asked import requested

pytestmark = pytest.mark.django_db


def changes(token: Token, assignment: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE governance_token SET {assignment} WHERE id = %s", [token.pk])


@pytest.mark.parametrize(
    ("assignment", "constraint"),
    [
        ("kind = 'robot'", "token_of_its_kind|token_kept"),
        ("scopes = '{read,all}'", "token_scopes_known"),
        ("scopes = '{NULL}'", "token_scopes"),
        ("scopes = '{}'", "token_scopes_present"),
        ("responsible_id = account_id", "token_of_a_person_has_no_other"),
        ("revoked_at = now()", "token_revoked_facts_paired"),
        ("revoked_by_id = account_id", "token_revoked_facts_paired"),
        ("expires_at = created_at", "token_ends_after_it_begins"),
        ("expires_at = created_at + interval '8761 hours'", "token_ends_within_a_year"),
        ("prefix = 'oo_u_12345'", "token_kept|token_prefix_shape"),
        ("digest = '\\x00'", "token_kept|token_digest"),
        ("account_id = 0", "token_kept"),
        ("renews_id = id", "token_kept"),
    ],
)
def test_a_token_is_refused_what_breaks_it(assignment, constraint):
    token, _ = make.token()

    with pytest.raises(IntegrityError) as refused:
        changes(token, assignment)

    name = refused.value.__cause__.diag.constraint_name
    assert any(name.startswith(one) for one in constraint.split("|"))


@pytest.mark.parametrize(
    ("given", "constraint"),
    [
        ({"kind": "robot"}, "token_kind_known"),
        ({"prefix": "oo_u_12345"}, "token_prefix_shape"),
        ({"digest": b"short"}, "token_digest_of_32_bytes"),
        ({"kind": "pipeline"}, "token_of_its_kind"),
    ],
)
def test_a_new_one_is_refused_what_breaks_it(given, constraint):
    person = make.triager()
    wanted = {
        "name": "x",
        "account": person,
        "kind": "person",
        "scopes": ["read"],
        "prefix": "oo_u_1234",
        "digest": bytes(32),
        "expires_at": timezone.now() + timedelta(days=1),
    }

    with pytest.raises(IntegrityError) as refused:
        Token.objects.create(**wanted | given)

    assert refused.value.__cause__.diag.constraint_name == constraint


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ("scopes = '{read}'", {}),
        ("revoked_at = now(), revoked_by_id = account_id", {}),
        ("name = 'x'", {"account": "another"}),
    ],
)
def test_a_renewal_is_of_the_same_account_and_may_no_more(change, wrong):
    old, _ = make.token(scopes=["read", "triage"])
    changes(old, change)
    account = make.triager() if wrong else old.account

    with pytest.raises(IntegrityError, match="renews one of its account"):
        Token.objects.create(
            name=old.name,
            account=account,
            kind="person",
            scopes=["read", "triage"],
            prefix="oo_u_1234",
            digest=bytes(32),
            renews=old,
            expires_at=timezone.now() + timedelta(days=1),
        )


def test_a_pipelines_token_never_approves():
    token, _ = make.token(pipeline="gap-checker")

    with pytest.raises(IntegrityError, match="token_approve_is_for_people"):
        changes(token, "scopes = '{read,approve}'")


def test_what_is_no_network_is_refused():
    token, _ = make.token()

    with pytest.raises(DataError, match="cidr"):
        changes(token, "networks = '{everywhere}'")


def test_two_tokens_never_share_a_secret():
    token, _ = make.token()
    token.pk = None
    token.digest = bytes(token.digest)

    with pytest.raises(IntegrityError, match="unique"):
        token.save(force_insert=True)


def test_a_revoked_token_stays_revoked():
    token, _ = make.token()
    changes(token, "revoked_at = now(), revoked_by_id = account_id")

    with pytest.raises(IntegrityError, match="stays revoked"):
        changes(token, "revoked_at = NULL, revoked_by_id = NULL")


def test_revoking_by_plain_sql_is_an_event_from_outside():
    token, _ = make.token()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('outreach.actor', '', true)")
        cursor.execute("SELECT set_config('outreach.action', '', true)")

    changes(token, "revoked_at = now(), revoked_by_id = account_id")

    event = Event.objects.filter(subject_type="token").latest("id")
    assert (event.action, event.actor) == ("REVOKE", None)
    assert (event.from_state, event.to_state) == ("ACTIVE", "REVOKED")
    assert "digest" not in event.before | event.after


def test_last_use_alone_raises_no_version_and_a_change_beside_it_does():
    token, _ = make.token()

    changes(token, "last_used_at = now(), last_used_from = '192.0.2.7'")
    token.refresh_from_db()
    assert (token.version, token.last_used_from) == (1, "192.0.2.7")
    assert Event.objects.filter(subject_type="token").count() == 1

    changes(token, "last_used_at = NULL, name = 'other'")
    token.refresh_from_db()
    assert token.version == 2
    assert Event.objects.filter(subject_type="token").count() == 2


def test_tokens_are_never_deleted():
    token, _ = make.token()

    with pytest.raises(Exception, match="keeps its rows for good"), transaction.atomic():
        token.delete()


def test_a_pipeline_is_one_for_good():
    token, _ = make.token(pipeline="gap-checker")
    account = token.account
    account.set_password("a-word-to-sign-in")

    with pytest.raises(IntegrityError, match="pipeline for good"):
        account.save()


def test_a_pipeline_never_votes_whatever_its_rights():
    token, _ = make.token(pipeline="gap-checker")
    token.account.groups.set(make.manager().groups.all())
    approval = requested()

    with pytest.raises(IntegrityError, match="a pipeline never votes"):
        ApprovalVote.objects.create(
            approval=approval,
            voter=token.account,
            decision="approve",
            plan_hash=approval.plan_hash,
        )


@pytest.mark.parametrize(
    ("assignment", "constraint"),
    [
        ("reason = 'bored'", "tokenrefusal_reason_known"),
        ("count = 0", "tokenrefusal_counts"),
    ],
)
def test_a_refusal_is_refused_what_breaks_it(assignment, constraint):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO governance_tokenrefusal (reason, hour, count, address) "
            "VALUES ('unknown', now(), 1, '')"
        )

        with pytest.raises(IntegrityError, match=constraint):
            cursor.execute(f"UPDATE governance_tokenrefusal SET {assignment}")
