"""A secret opens the door while its token, its account and its address may; everything else says why not."""

from datetime import timedelta
from zlib import crc32

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.exceptions import TokenRefused
from governance.models import Token, TokenRefusal
from governance.queries import tokens as queries
from governance.services import tokens
from tests import make

ADDRESS = "192.0.2.7"

pytestmark = pytest.mark.django_db


def reason_of(secret: str, address: str = ADDRESS) -> tuple[str, Token | None]:
    with pytest.raises(TokenRefused) as refused:
        queries.holder(secret, address=address)
    assert refused.value.status == 401
    return refused.value.reason, refused.value.token


def reads(asked: CaptureQueriesContext) -> list[str]:
    """What was asked beside the read-only transactions that tests of queries run in."""
    return [query["sql"] for query in asked if query["sql"].startswith("SELECT")]


def another_letter(secret: str, place: int) -> str:
    other = "A" if secret[place] != "A" else "B"
    return secret[:place] + other + secret[place + 1 :]


@pytest.mark.parametrize("made", [make.triager, make.analyst, make.manager])
def test_a_secret_gives_its_token_with_account_and_rights_in_one_query(made):
    token, secret = make.token(account=made())
    token.account.user_permissions.add(Permission.objects.get(codename="vote_approval"))
    known = User.objects.get(pk=token.account.pk).get_all_permissions()

    with CaptureQueriesContext(connection) as asked:
        found = queries.holder(secret, address=ADDRESS)
        rights = found.account.get_all_permissions()

    assert len(reads(asked)) == 1
    assert (found, found.account, rights) == (token, token.account, known)


def test_what_is_no_token_asks_nothing_of_the_database():
    _, secret = make.token()
    wrong = [another_letter(secret, place) for place in range(len(secret))]
    wrong += ["", "oo_u_", f"{secret}\n", secret.replace("oo_u_", "oo_pl_"), "\ud800", "é" * 45]

    with CaptureQueriesContext(connection) as asked:
        reasons = {reason_of(one) for one in wrong}

    assert reasons == {("unknown", None)}
    assert reads(asked) == []


def test_the_last_six_letters_are_the_crc32_of_the_rest():
    _, secret = make.token(pipeline="gap-checker")

    value = 0
    for letter in secret[-6:]:
        value = value * 62 + queries.LETTERS.index(letter)

    assert value == crc32(secret[:-6].encode())


def test_a_well_formed_token_that_never_was_is_unknown():
    text = "oo_u_" + "x" * 34

    assert reason_of(text + queries.check_of(text)) == ("unknown", None)


def test_revoking_works_at_once():
    token, secret = make.token()
    queries.holder(secret, address=ADDRESS)

    tokens.revoke(token, by=token.account)

    assert reason_of(secret) == ("revoked", token)


def test_switching_off_the_account_works_at_once():
    token, secret = make.token()
    queries.holder(secret, address=ADDRESS)

    make.lose(token.account, "account")

    assert reason_of(secret) == ("switched_off", token)


def test_it_ends_when_it_was_said_to_end():
    token, secret = make.token()

    make.ending(token, days=-1)

    assert reason_of(secret) == ("expired", token)


def test_strangers_do_not_learn_what_was_revoked():
    token, secret = make.token()
    text = "oo_u_" + "x" * 34
    tokens.revoke(token, by=token.account)

    said = set()
    for one in (secret, text + queries.check_of(text), "x"):
        with pytest.raises(TokenRefused) as refused:
            queries.holder(one, address=ADDRESS)
        said.add((refused.value.sentence, refused.value.what_to_do))

    assert len(said) == 1


@pytest.mark.parametrize(
    ("address", "opens"),
    [
        ("10.1.2.3", True),
        ("::ffff:10.1.2.3", True),
        ("2001:db8::9", True),
        ("11.0.0.1", False),
        ("2001:db9::9", False),
        ("", False),
        ("unknown", False),
    ],
)
def test_only_from_where_it_was_made_for(address, opens):
    token, secret = make.token(networks=["10.0.0.0/8", "2001:db8::/32"])

    if opens:
        assert queries.holder(secret, address=address) == token
    else:
        assert reason_of(secret, address) == ("network", token)


def test_rights_are_those_of_the_person_now():
    token, secret = make.token(account=make.triager(), scopes=["triage"])
    first = queries.holder(secret, address=ADDRESS).account.has_perm("governance.run_operation")

    make.lose(token.account, "group")

    found = queries.holder(secret, address=ADDRESS)
    assert (first, found.account.has_perm("governance.run_operation")) == (True, False)
    assert [found.allows(scope) for scope in Token.Scope.values] == [True, True] + [False] * 3


def test_everybody_sees_his_own_and_who_issues_them_sees_all():
    manager = make.manager()
    own, _ = make.token()
    of_pipeline, _ = make.token(pipeline="gap-checker", responsible=own.account)
    others, _ = make.token()
    now = timezone.now()

    assert set(queries.listed(own.account, at=now)) == {own, of_pipeline}
    assert set(queries.listed(manager, at=now)) == {own, of_pipeline, others}


def test_figures_count_what_the_tabs_show():
    manager = make.manager()
    make.token(account=manager)
    ending, _ = make.token(pipeline="gap-checker", responsible=manager)
    make.ending(ending, days=13)
    expired, _ = make.token()
    make.ending(expired, days=-1)
    revoked, _ = make.token()
    tokens.revoke(revoked, by=manager)
    now = timezone.now()

    found = queries.figures(manager, at=now)

    assert found == queries.Figures(
        every=4,
        mine=2,
        pipelines=1,
        people=3,
        ends_soon=1,
        ended=2,
    )
    states = ("ends_soon", "expired", "revoked", "active")
    for state in states:
        rows = Token.objects.in_state(state, at=now)
        assert [row.state_at(now) for row in rows] == [state]


def test_a_days_refusals_are_summed_up_by_token_and_reason():
    token, _ = make.token()
    now = timezone.now()
    for hours, count in ((0, 2), (23, 5), (25, 100)):
        TokenRefusal.objects.create(
            token=token,
            reason="no_scope",
            hour=now - timedelta(hours=hours),
            count=count,
        )
    tokens.note_refusal(None, reason="unknown", address=ADDRESS)

    seen = queries.refused(make.manager(), at=now)

    assert [(one.token, one.answer, one.requests) for one in seen] == [
        (token.pk, "403 no scope", 7),
        (None, "401 unknown token", 1),
    ]
    assert [one.token for one in queries.refused(token.account, at=now)] == [token.pk]
    assert queries.refused(make.triager(), at=now) == []
    assert queries.listed(token.account, at=now).get().refused == 7


def test_who_answers_for_a_token_is_told_that_it_ends():
    manager, left = make.manager(), make.manager()
    own, _ = make.token()
    late, _ = make.token(account=own.account)
    nobodys, _ = make.token(pipeline="gap-checker", responsible=left)
    his, _ = make.token(pipeline="gap-checker", responsible=own.account)
    for days, token in ((3, own), (15, late), (5, nobodys), (4, his)):
        make.ending(token, days=days)
    now = timezone.now()
    before = queries.ending_for(manager, at=now)
    make.lose(left, "account")

    assert before == []
    assert queries.ending_for(manager, at=now) == [nobodys]
    assert queries.ending_for(own.account, at=now) == [own, his]


def test_the_last_three_days_are_told_by_themselves():
    own, _ = make.token()
    others, _ = make.token(account=own.account)
    over, _ = make.token(account=own.account)
    make.ending(own, days=3)
    make.ending(others, days=4)
    make.ending(over, days=-1)
    make.ending(make.token()[0], days=1)

    assert list(queries.ending_very_soon(own.account, at=timezone.now())) == [own]


def test_nobody_is_told_of_what_was_renewed():
    old, _ = make.token()
    make.ending(old, days=2)

    tokens.renew(old, by=old.account)

    now = timezone.now()
    assert queries.ending_for(old.account, at=now) == []
    assert not queries.ending_very_soon(old.account, at=now).exists()


def test_issuers_are_active_people_who_may():
    manager, admin = make.manager(), make.admin()
    make.triager()
    make.lose(make.manager(), "account")

    assert set(queries.issuers()) == {manager, admin}
