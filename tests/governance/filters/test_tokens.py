"""Tokens and refusals are narrowed by what people ask of them."""

import pytest
from django.http import QueryDict
from django.test import RequestFactory

from governance.filters.tokens import RefusalFilter, TokenFilter
from governance.models import Token, TokenRefusal
from governance.services import tokens
from outreach_admin.exceptions import BadRequest
from tests import make

pytestmark = pytest.mark.django_db


def kept(query: str, user=None) -> set[Token]:
    request = RequestFactory().get("/")
    request.user = user
    found = TokenFilter(QueryDict(query), Token.objects.all(), request=request)
    return set(found.qs)


def test_by_kind_state_account_scope_and_whose():
    own, _ = make.token(scopes=["read", "triage"])
    pipeline, _ = make.token(pipeline="gap-checker", responsible=own.account)
    ended, _ = make.token()
    tokens.revoke(ended, by=ended.account)

    assert kept("kind=pipeline") == {pipeline}
    assert kept("state=active") == {own, pipeline}
    assert kept("state=revoked&state=expired") == {ended}
    assert kept(f"account={own.account}") == {own}
    assert kept("scope=triage") == {own}
    assert kept("mine=true", own.account) == {own, pipeline}


def test_refusals_by_token_reason_and_time():
    token, _ = make.token()
    tokens.note_refusal(token, reason="no_scope", address="")
    tokens.note_refusal(None, reason="unknown", address="")

    def kept(query: str) -> list[str]:
        found = RefusalFilter(QueryDict(query), TokenRefusal.objects.all())
        return sorted(row.reason for row in found.qs)

    assert kept(f"token={token.pk}") == ["no_scope"]
    assert kept("reason=unknown") == ["unknown"]
    assert kept("since=24h-ago") == ["no_scope", "unknown"]
    assert kept("until=24h-ago") == []


@pytest.mark.parametrize("query", ["kind=robot", "state=dead", "mine=no", "scope=all", "x=1"])
def test_what_is_not_offered_is_refused(query):
    with pytest.raises(BadRequest):
        kept(query)
