"""A row of a token says whose it is, how it stands, and what was refused."""

import pytest
from django.utils import timezone

from governance.queries import tokens as queries
from governance.services import tokens
from governance.tables.tokens import RefusalTable, TokenTable
from tests import make

pytestmark = pytest.mark.django_db


def drawn(user) -> list[tuple[str, str]]:
    """Return heading and markup of each group of rows."""
    now = timezone.now()
    table = TokenTable(queries.listed(user, at=now), as_of=now)
    return [
        (str(group.heading), "".join(row.markup for row in group.rows)) for group in table.groups()
    ]


def test_pipelines_people_and_ended_ones_stand_together():
    manager = make.manager()
    ended, _ = make.token(name="old ingest")
    make.token(name="Laptop")
    make.token(name="gaps", pipeline="gap-checker")
    tokens.revoke(ended, by=manager)

    found = drawn(manager)

    assert [heading.split()[0] for heading, _ in found] == ["Pipelines", "People", "Ended"]
    assert ["gaps" in found[0][1], "Laptop" in found[1][1], "old ingest" in found[2][1]] == [
        True,
        True,
        True,
    ]


def test_a_row_says_its_state_its_people_and_its_use():
    manager = make.manager(first_name="Nadia", last_name="Okafor")
    token, secret = make.token(pipeline="gap-checker", responsible=manager, scopes=["pipeline"])
    tokens.note_use(token, address="192.0.2.7")
    tokens.note_refusal(token, reason="no_right", address="192.0.2.7")
    make.ending(token, days=3)

    ((_, row),) = drawn(manager)

    for words in ("gap-checker", "Nadia Okafor", "192.0.2.7", "Ends soon", "1 request", "pipeline"):
        assert words in row
    assert secret[:10] in row
    assert secret not in row


def test_what_renewed_it_is_said_and_linked():
    old, _ = make.token()
    new, _ = tokens.renew(old, by=old.account)

    markup = "".join(row for _, row in drawn(old.account))

    assert f'renewed by <a class="link" href="/tokens/{new.pk}/">{new.prefix}' in markup
    assert markup.count("renewed by") == 1


def test_who_revoked_it_is_said():
    manager = make.manager(first_name="Nadia", last_name="Okafor")
    token, _ = make.token()
    tokens.revoke(token, by=manager)

    ((_, row),) = drawn(manager)

    assert "Revoked" in row
    assert "was in 90 d" in row or "was in 89 d" in row
    assert "Nadia Okafor" in row


def test_a_switched_off_account_and_an_unused_token_are_said():
    token, _ = make.token()
    make.lose(token.account, "account")

    ((_, row),) = drawn(make.manager())

    assert "switched off" in row
    assert "never" in row


def test_a_refusal_of_no_token_says_so():
    tokens.note_refusal(None, reason="unknown", address="")
    now = timezone.now()

    table = RefusalTable(queries.refusals(make.manager()), as_of=now)

    (row,) = table.body()
    assert "no token of ours" in row.markup
    assert "401 unknown token" in row.markup
