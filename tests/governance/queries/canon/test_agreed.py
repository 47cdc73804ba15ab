"""Whether people have agreed to a call, as the guard looks it up."""

import pytest
from django.db import DataError, connection, transaction

from governance.canon.guard import InteractionType, ToolCanonGuard
from governance.queries.canon import agreed, apart, current
from governance.services.canon import versions
from tests import make
from tests.governance.canon import canons
from tests.governance.services.canon.calling import (
    ENTITY,
    FACTS,
    HUB,
    NOON,
    approved,
    requested,
    spend,
    tool,
)


def code(facts=FACTS, entity=ENTITY) -> str:
    guard = ToolCanonGuard(lambda: NOON)
    result = guard.validate("TOOL-011", HUB, InteractionType.WRITE, facts, entity)
    return result.violation.violation_code if result.violation else result.stopped or ""


def test_the_guard_lets_a_call_pass_once_somebody_agreed_and_until_it_is_spent(committed_db):
    asked = requested()
    assert code() == "V-GATE-002"

    approved()
    assert code() == ""
    # not by the caller's word, and to nothing else
    assert code(FACTS | {"human_approval": True}) == ""
    assert code(FACTS | {"bit_score": 81}) == "V-GATE-002"
    assert code(entity="other.example") == code(entity=None) == "V-GATE-002"

    assert spend() == asked.pk
    assert code() == "V-GATE-002"


def test_another_version_of_the_canon_or_another_price_voids_it(committed_db):
    approved()
    text = canons.text(3, ("0.07 USD a minute", "0.08 USD a minute"))

    versions.enforce(versions.load(text, by=make.manager()), by=make.manager(), reason="Reviewed.")

    assert code() == "V-GATE-002"
    assert spend() is None


def test_it_is_read_whatever_the_caller_has_open(committed_db):
    approved()
    with transaction.atomic(), connection.cursor() as cursor:
        with pytest.raises(DataError):
            cursor.execute("SELECT 1 / 0")

        assert agreed.is_agreed(tool(), HUB, ENTITY, FACTS)
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_while_the_database_is_away_nobody_knows(monkeypatch):
    retell = tool()
    apart.forget()
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")

    with pytest.raises(current.Unknown):
        agreed.is_agreed(retell, HUB, ENTITY, FACTS)
    assert code() == current.AWAY


@pytest.mark.django_db
def test_one_look_reads_one_row_by_its_digest():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan TO off")
        cursor.execute(f"EXPLAIN {agreed.LIVE}", ["0" * 64])
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "one_open_approval_of_call" in plan
