"""Who calls: which token opens the door, and what is counted of the others."""

import pytest
from django.test import Client

from governance.models import Token, TokenRefusal
from governance.services import tokens
from tests import make
from tests.callers import Caller

ERRORS = "/api/errors/"
pytestmark = pytest.mark.django_db


def counted() -> dict[str, int]:
    return dict(TokenRefusal.objects.values_list("reason", "count"))


def called(given: str):
    return Client().get(ERRORS, headers={"Authorization": given} if given else {})


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Basic b3BzOm9wcw==", "Bearer a b", "Token x", "Bearer é"]
)
def test_what_is_no_token_opens_nothing(given):
    answer = called(given)

    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert answer["Content-Type"] == "application/problem+json"


def test_the_scheme_is_read_in_any_letters():
    _, secret = make.token(account=make.viewer())

    assert called(f"bearer {secret}").status_code == 200


def test_a_session_is_no_token(client):
    client.force_login(make.manager())

    assert client.get(ERRORS).status_code == 401


def end(caller: Caller, how: str) -> None:
    if how == "revoked":
        tokens.revoke(caller.token, by=caller.token.account)
    elif how == "switched_off":
        make.lose(caller.token.account, "account")
    elif how == "expired":
        make.ending(caller.token, days=-1)
    else:
        Token.objects.filter(pk=caller.token.pk).update(networks=["10.0.0.0/8"])


@pytest.mark.parametrize("how", ["revoked", "switched_off", "expired", "network"])
def test_a_token_that_ended_opens_nothing_at_the_next_call_and_is_counted(how):
    caller = Caller(make.viewer())
    before = caller.get(ERRORS).status_code
    end(caller, how)

    answer = caller.get(ERRORS)

    assert (before, answer.status_code, answer["WWW-Authenticate"]) == (200, 401, "Bearer")
    assert counted() == {how: 1}


def test_strangers_do_not_learn_whether_a_token_ever_was():
    caller = Caller(make.viewer())
    end(caller, "revoked")
    never = caller.secret[:-8]

    assert called(f"Bearer {never}").json()["detail"] == caller.get(ERRORS).json()["detail"]


def test_a_person_s_token_has_no_more_rights_than_the_person_now():
    caller = Caller(make.viewer())
    make.lose(caller.token.account, "group")

    assert caller.get(ERRORS).status_code == 403
    assert counted() == {"no_right": 1}


def test_a_scope_that_is_lacking_is_counted_as_such(settings):
    settings.ROOT_URLCONF = "tests.outreach_admin.api.probes"
    Caller(make.triager()).post("/api/probe/making/")

    assert counted() == {"no_scope": 1}


def test_a_use_is_noted_with_its_address():
    caller = Caller(make.viewer())

    caller.get(ERRORS)

    used = Token.objects.get(pk=caller.token.pk)
    assert used.last_used_at and used.last_used_from == "127.0.0.1"
