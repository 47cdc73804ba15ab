"""Whether people have agreed to a call, as the guard looks it up."""

import os

import psycopg
import pytest
from django.db import DataError, connection, transaction

from governance.canon.guard import InteractionType, ToolCanonGuard
from governance.queries.canon import agreed, current
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


@pytest.fixture(autouse=True)
def line(monkeypatch):
    """A process that has not asked yet."""
    fresh = agreed.Line()
    monkeypatch.setattr(agreed, "LINE", fresh)
    yield fresh
    fresh.close()


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
def test_a_lost_connection_is_made_anew(line):
    assert not agreed.is_agreed(tool(), HUB, ENTITY, FACTS)
    line.connection.close()

    assert not agreed.is_agreed(tool(), HUB, ENTITY, FACTS)


@pytest.mark.django_db
def test_while_the_database_is_away_nobody_knows(monkeypatch):
    retell = tool()
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")

    with pytest.raises(current.Unknown):
        agreed.is_agreed(retell, HUB, ENTITY, FACTS)
    assert code() == current.AWAY


@pytest.mark.django_db
def test_a_child_process_asks_on_a_connection_of_its_own(line):
    agreed.is_agreed(tool(), HUB, ENTITY, FACTS)
    reading, writing = os.pipe()
    if os.fork() == 0:
        said = b"own" if agreed.LINE is not line and agreed.LINE.connection is None else b"shared"
        os.write(writing, said)
        os._exit(0)
    os.wait()

    assert os.read(reading, 10) == b"own"


@pytest.mark.django_db
def test_one_look_reads_one_row_by_its_digest():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan TO off")
        cursor.execute(f"EXPLAIN {agreed.LIVE}", ["0" * 64])
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "one_open_approval_of_call" in plan


def test_a_fault_of_the_database_is_no_agreement(monkeypatch, line):
    def away(digest):
        raise psycopg.OperationalError("gone")

    monkeypatch.setattr(line, "_asked", away)
    monkeypatch.setattr(agreed, "digest_of", lambda *call: "0" * 64)

    with pytest.raises(current.Unknown):
        agreed.is_agreed(None, HUB, ENTITY, FACTS)
