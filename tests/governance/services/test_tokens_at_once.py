"""Two people make tokens at the same moment: one account for a pipeline, one token for a form."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

from django.contrib.auth.models import User
from django.db import connection

from governance.exceptions import TokenRefused
from governance.models import Token
from governance.services import tokens
from tests import make

SECONDS = 20


def at_once(act, *given) -> list:
    """Do it in a thread for each of `given`; return what came of it, refusals too."""

    def alone(one):
        try:
            return act(one)
        except TokenRefused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(given)) as pool:
        return list(pool.map(alone, given))


def test_a_pipeline_that_two_make_at_once_has_one_account(committed_db, monkeypatch):
    managers = [make.manager(), make.manager()]
    both, is_free = Barrier(2, timeout=SECONDS), tokens.people.is_free

    def looked(name: str) -> bool:
        found = is_free(name)
        both.wait()
        return found

    monkeypatch.setattr(tokens.people, "is_free", looked)

    made = at_once(lambda by: make.token(pipeline="gap-checker", by=by)[0], *managers)

    account = User.objects.get(username="gap-checker")
    assert {token.account_id for token in made} == {account.pk}
    assert list(account.groups.values_list("name", flat=True)) == ["pipeline"]


def test_a_form_that_is_sent_twice_at_once_makes_one_token(committed_db):
    person, key = make.triager(), uuid4()

    came = at_once(lambda _: make.token(account=person, form_key=key), *range(4))

    assert Token.objects.count() == 1
    assert sorted(getattr(one, "status", 200) for one in came) == [200, 409, 409, 409]


def test_a_token_that_is_renewed_twice_at_once_is_renewed_once(committed_db):
    old, _ = make.token()

    came = at_once(lambda by: tokens.renew(old, by=by), *[old.account] * 4)

    assert Token.objects.filter(renews=old).count() == 1
    assert sorted(getattr(one, "status", 200) for one in came) == [200, 409, 409, 409]
