"""Tokens are made for those who may have them, shown once, ended at once, and cost no request a wait."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection
from django.utils import timezone

from governance.exceptions import NotPermitted, TokenRefused
from governance.models import Event, Token, TokenRefusal
from governance.queries import tokens as queries
from governance.services import tokens
from tests import make

ADDRESS = "192.0.2.7"

pytestmark = pytest.mark.django_db


def events() -> list[tuple[str, str | None, str | None]]:
    rows = Event.objects.filter(subject_type="token").order_by("id")
    return list(rows.values_list("action", "actor", "to_state"))


def test_a_person_makes_one_for_himself_and_only_its_digest_is_kept():
    person = make.triager()

    token, secret = tokens.make(
        name=" My  laptop ",
        scopes=["triage", "read"],
        by=person,
        account=person,
        networks=["10.0.0.7/8", "2001:db8::1"],
    )

    assert re.fullmatch("oo_u_[0-9A-Za-z]{40}", secret)
    assert queries.is_whole(secret)
    assert (token.name, token.scopes) == ("My laptop", ["read", "triage"])
    assert token.networks == ["10.0.0.0/8", "2001:db8::1/128"]
    assert (token.prefix, bytes(token.digest)) == (secret[:9], queries.digest_of(secret))
    assert token.expires_at - token.created_at <= timedelta(days=90)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t::text FROM governance_token t "
            "UNION ALL SELECT e::text FROM governance_event e"
        )
        kept = "".join(text for (text,) in cursor.fetchall())
    assert secret[9:] not in kept
    assert secret[:9] in kept


def test_making_and_revoking_are_events_of_who_did_it():
    person, manager = make.triager(), make.manager()
    token, _ = make.token(account=person)

    tokens.revoke(token, by=manager)

    assert events() == [
        ("MAKE_TOKEN", person.username, "ACTIVE"),
        ("REVOKE", manager.username, "REVOKED"),
    ]


def test_a_pipeline_gets_an_account_that_nobody_signs_in_as():
    responsible = make.manager()

    token, secret = make.token(
        pipeline="gap-checker",
        responsible=responsible,
        scopes=["read", "pipeline"],
    )
    again, _ = make.token(pipeline="gap-checker")

    account = User.objects.get(username="gap-checker")
    assert secret.startswith("oo_pl_")
    assert (token.account, again.account) == (account, account)
    assert (token.kind, token.responsible) == ("pipeline", responsible)
    assert account.has_perms(["governance.add_huberror", "governance.import_companytarget"])
    assert account.has_perm("governance.view_readiness")
    assert not account.has_perm("governance.park_huberror")
    assert not account.has_usable_password()
    assert not account.check_password(account.password)


def test_only_who_issues_tokens_makes_one_for_a_pipeline():
    with pytest.raises(NotPermitted):
        make.token(pipeline="gap-checker", by=make.triager())

    assert not User.objects.filter(username="gap-checker").exists()


def test_nobody_makes_one_for_somebody_else():
    with pytest.raises(NotPermitted):
        make.token(account=make.triager(), by=make.superuser())


def test_a_person_is_no_pipeline():
    person = make.triager()

    with pytest.raises(TokenRefused, match="is a person"):
        make.token(pipeline=person.username)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"name": "  "}, "1 to 60 characters"),
        ({"name": "x" * 61}, "1 to 60 characters"),
        ({"name": "a\u202eb"}, "nobody sees"),
        ({"scopes": []}, "needs a scope"),
        ({"scopes": ["read", "all"]}, "no scope “all”"),
        ({"days": 0}, "1 to 365 days"),
        ({"days": 366}, "1 to 365 days"),
        ({"networks": ["10.0.0.0/33"]}, "no network"),
        ({"networks": ["10.0.0.0/8"] * 21}, "at most 20 networks"),
        ({"pipeline": "gap", "scopes": ["approve"]}, "never approves"),
        ({"pipeline": "gap checker"}, "letters, digits"),
        ({"pipeline": "syst\u0435m"}, "taken"),
        ({"pipeline": ""}, "letters, digits"),
        ({"pipeline": "x" * 151}, "too long"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(given, sentence):
    with pytest.raises(TokenRefused, match=sentence):
        make.token(**given)

    assert not Token.objects.exists()


def test_no_account_that_is_switched_off_gets_one():
    token, _ = make.token(pipeline="gap-checker")
    User.objects.filter(pk=token.account_id).update(is_active=False)

    with pytest.raises(TokenRefused, match="switched off"):
        make.token(pipeline="gap-checker")


def test_an_account_has_so_many_in_use(monkeypatch):
    monkeypatch.setattr(tokens, "MOST_IN_USE", 2)
    person = make.triager()
    first, _ = make.token(account=person)
    make.token(account=person)

    with pytest.raises(TokenRefused, match="in use already"):
        make.token(account=person)

    tokens.revoke(first, by=person)
    make.token(account=person)


def test_a_form_makes_one_token():
    person, key = make.triager(), uuid4()
    make.token(account=person, form_key=key)

    with pytest.raises(TokenRefused, match="made already") as refused:
        make.token(account=person, form_key=key)

    assert refused.value.status == 409
    assert Token.objects.count() == 1


def test_who_may_revoke_it():
    responsible = make.manager()
    make.lose(responsible, "group")
    own, _ = make.token()
    of_pipeline, _ = make.token(pipeline="gap-checker", responsible=responsible)

    for token, stranger in ((own, make.triager()), (of_pipeline, make.triager())):
        with pytest.raises(NotPermitted):
            tokens.revoke(token, by=stranger)

    assert tokens.revoke(own, by=own.account).revoked_by == own.account
    assert tokens.revoke(of_pipeline, by=responsible).revoked_at


def test_what_is_revoked_stays_as_it_was_revoked():
    token, _ = make.token()
    first = tokens.revoke(token, by=token.account)

    second = tokens.revoke(token, by=make.admin())

    assert (second.revoked_by, second.revoked_at) == (first.revoked_by, first.revoked_at)


def test_a_renewal_has_a_secret_of_its_own_and_all_else_of_the_old_one():
    manager = make.manager()
    old, first = make.token(
        pipeline="gap-checker",
        responsible=manager,
        scopes=["read", "pipeline"],
        networks=["10.0.0.0/8"],
        days=30,
    )

    new, secret = tokens.renew(old, by=manager)

    assert secret != first
    assert (new.renews, new.created_by, new.responsible) == (old, manager, manager)
    for member in ("name", "scopes", "networks", "account", "kind", "life"):
        assert getattr(new, member) == getattr(old, member)
    assert new.life == timedelta(days=30)
    assert ("RENEW_TOKEN", manager.username, "ACTIVE") in events()


@pytest.mark.parametrize(("days", "hours"), [(20, 24), (-1, -24)])
def test_a_renewed_secret_goes_on_for_a_day_at_most(days, hours):
    old = make.ending(make.token()[0], days=days)

    tokens.renew(old, by=old.account)

    old.refresh_from_db()
    left = old.expires_at - timezone.now()
    assert abs(left - timedelta(hours=hours)) < timedelta(minutes=1)


def test_a_token_is_renewed_once_and_never_after_it_was_revoked():
    old, _ = make.token()
    new, _ = tokens.renew(old, by=old.account)
    tokens.revoke(new, by=old.account)

    for token, sentence in ((old, "renewed already"), (new, "was revoked")):
        with pytest.raises(TokenRefused, match=sentence) as refused:
            tokens.renew(token, by=old.account)
        assert refused.value.status == 409

    assert Token.objects.count() == 2


def test_only_who_may_make_one_for_its_account_renews_it():
    responsible = make.manager()
    own, _ = make.token()
    of_pipeline, _ = make.token(pipeline="gap-checker", responsible=responsible)
    make.lose(responsible, "group")

    for token, stranger in ((own, make.manager()), (of_pipeline, responsible)):
        with pytest.raises(NotPermitted):
            tokens.renew(token, by=stranger)

    assert tokens.renew(of_pipeline, by=make.manager())[0].responsible == responsible


def test_use_is_noted_once_a_minute_and_is_no_change():
    token, _ = make.token()
    tokens.note_use(token, address=ADDRESS)
    token.refresh_from_db()
    noted = token.last_used_at

    tokens.note_use(token, address="192.0.2.8")
    # another process, which has not seen it
    tokens.note_use(Token(pk=token.pk), address="192.0.2.9")

    token.refresh_from_db()
    assert (token.last_used_at, token.last_used_from) == (noted, ADDRESS)
    assert token.version == 1
    assert len(events()) == 1

    Token.objects.update(last_used_at=noted - timedelta(seconds=61))
    token.refresh_from_db()
    tokens.note_use(token, address="192.0.2.8")

    token.refresh_from_db()
    assert (token.version, token.last_used_from) == (1, "192.0.2.8")


def test_a_use_that_cannot_be_noted_fails_no_request(monkeypatch):
    token, _ = make.token()

    def breaks(*given, **more):
        raise OperationalError("the database is away")

    monkeypatch.setattr(tokens.chores, "alone", breaks)

    tokens.note_use(token, address=ADDRESS)
    tokens.note_refusal(token, reason="no_scope", address=ADDRESS)


def test_a_note_that_the_database_refuses_leaves_the_transaction_whole():
    token, _ = make.token()

    tokens.note_use(token, address="a\0b")

    assert Token.objects.get().last_used_at is None


def test_refusals_are_counted_by_token_reason_and_hour():
    token, _ = make.token()

    for place in range(3):
        tokens.note_refusal(token, reason="no_scope", address=f"192.0.2.{place}")
    tokens.note_refusal(token, reason="throttled", address=ADDRESS)
    for place in range(2):
        tokens.note_refusal(None, reason="unknown", address=f"198.51.100.{place}")

    found = TokenRefusal.objects.order_by("reason")
    assert list(found.values_list("token", "reason", "count", "address")) == [
        (token.pk, "no_scope", 3, "192.0.2.2"),
        (token.pk, "throttled", 1, ADDRESS),
        (None, "unknown", 2, "198.51.100.1"),
    ]
    assert {row.hour.minute + row.hour.second for row in found} == {0}
    assert [row.status for row in found] == [403, 429, 401]


def test_old_refusals_are_forgotten():
    now = timezone.now()
    for days in (89, 91):
        TokenRefusal.objects.create(reason="unknown", hour=now - timedelta(days=days))

    assert tokens.forget_refusals() == 1

    assert [(now - row.hour).days for row in TokenRefusal.objects.all()] == [89]
