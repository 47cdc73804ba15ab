"""Notes about tokens wait for nobody: rows that somebody holds are passed over."""

import pytest
from django.db import connection, connections

from governance.models import Token, TokenRefusal
from governance.services import tokens
from tests import make

ADDRESS = "192.0.2.7"


@pytest.fixture
def other(committed_db):
    """A connection of somebody else."""
    connection.ensure_connection()
    other = connections.create_connection("default")
    yield other
    other.close()


def test_a_use_of_a_held_token_is_passed_over(other):
    token, _ = make.token()
    with other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT FROM governance_token FOR UPDATE")

        tokens.note_use(token, address=ADDRESS)

        assert Token.objects.get().last_used_at is None
        cursor.execute("ROLLBACK")

    tokens.note_use(token, address=ADDRESS)
    assert Token.objects.get().last_used_from == ADDRESS


def test_a_refusal_beside_a_held_count_begins_a_row_and_none_is_lost(other):
    tokens.note_refusal(None, reason="unknown", address=ADDRESS)
    with other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT FROM governance_tokenrefusal FOR UPDATE")

        tokens.note_refusal(None, reason="unknown", address=ADDRESS)
        tokens.note_refusal(None, reason="unknown", address=ADDRESS)

        cursor.execute("ROLLBACK")

    counts = TokenRefusal.objects.order_by("id").values_list("count", flat=True)
    assert list(counts) == [1, 2]
