"""`token` prints a secret once, for scripts and for people."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from governance.models import Event, Token
from governance.queries import tokens
from governance.services.operations import command_line
from tests import make

pytestmark = pytest.mark.django_db


def printed(*given: str) -> tuple[str, str]:
    out, beside = StringIO(), StringIO()
    call_command("token", *given, stdout=out, stderr=beside)
    return out.getvalue(), beside.getvalue()


def test_a_script_gets_token_prefix_and_end():
    out, beside = printed("--pipeline", "gap-checker", "--scope", "pipeline", "--json")

    found = json.loads(out)
    token = tokens.holder(found["token"], address="192.0.2.7")
    assert list(found) == ["token", "prefix", "expires_at"]
    assert found["token"].startswith(found["prefix"])
    assert found["expires_at"] == token.expires_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert (token.name, token.kind, token.responsible) == ("gap-checker", "pipeline", None)
    assert beside == ""


def test_a_person_gets_the_secret_alone_and_a_sentence_beside_it():
    person = make.triager()

    out, beside = printed(
        "--user", person.username, "--scope", "triage", "--scope", "read", "--days", "7"
    )

    token = tokens.holder(out.strip(), address="192.0.2.7")
    assert (token.account, token.scopes) == (person, ["read", "triage"])
    assert (token.expires_at - token.created_at).days in (6, 7)
    assert "shown only this once" in beside


def test_the_history_says_that_it_was_the_command_line_and_whose():
    manager = make.manager()

    printed("--pipeline", "gap", "--scope", "read", "--responsible", manager.username)

    event = Event.objects.filter(subject_type="token").get()
    assert (event.actor, event.channel) == ("system", "command line")
    assert event.reason == f"OS user {command_line.os_user()}"
    assert Token.objects.get().responsible == manager


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (["--user", "nobody", "--scope", "read"], "Nobody active is called nobody"),
        (["--pipeline", "gap", "--scope", "approve"], "never approves"),
        (["--pipeline", "gap", "--scope", "read", "--days", "366"], "1 to 365 days"),
        (["--pipeline", "gap", "--scope", "all"], "invalid choice"),
        (["--scope", "read"], "--user --pipeline"),
        (["--pipeline", "gap"], "--scope"),
        (["--user", "x", "--scope", "read", "--responsible", "y"], "for a pipeline's token"),
    ],
)
def test_what_cannot_be_is_a_sentence(given, sentence):
    with pytest.raises(CommandError, match=sentence):
        printed(*given)

    assert not Token.objects.exists()


def test_a_renewal_is_printed_and_keeps_what_the_old_one_may():
    old, _ = make.token(pipeline="gap-checker", scopes=["pipeline"])

    out, _ = printed("--renew", old.prefix)

    new = tokens.holder(out.strip(), address="192.0.2.7")
    assert (new.renews, new.scopes, new.created_by) == (old, ["pipeline"], None)
    event = Event.objects.filter(subject_type="token", action="RENEW_TOKEN").first()
    assert (event.actor, event.reason) == ("system", f"OS user {command_line.os_user()}")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (["oo_u_none"], "No token in use begins with “oo_u_none”"),
        (["\0" * 30], "No token in use"),
        (["oo_u_none", "--scope", "read"], "--scope stays as it is"),
        (["oo_u_none", "--days", "7"], "--days stays as it is"),
    ],
)
def test_what_cannot_be_renewed_is_a_sentence(given, sentence):
    with pytest.raises(CommandError, match=sentence):
        printed("--renew", *given)

    assert not Token.objects.exists()


def test_two_tokens_of_one_prefix_are_told_apart_on_the_page(monkeypatch):
    rest = iter(["a", "b"])
    monkeypatch.setattr(tokens, "new_secret", lambda kind: f"oo_u_1234{next(rest)}")
    first, _ = make.token()
    make.token()

    with pytest.raises(CommandError, match="More than one token in use"):
        printed("--renew", first.prefix)
