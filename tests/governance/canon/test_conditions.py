"""The gates of a call that is asked for, as they stand now."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from governance.canon import conditions
from governance.queries.canon import current
from tests.governance.services.canon.calling import FACTS, NOON, requested

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 2, 2, 7, 40, tzinfo=UTC)


def test_each_gate_stands_with_what_was_told():
    call = requested(facts=FACTS | {"bit_score": 81.0, "purpose": "first call"}).asked_call

    found = conditions.of(call, at=NOON)

    assert [(one.condition, one.found, one.state) for one in found] == [
        ("bit_score >= 75", "81", "holds"),
        ("contact_verified is true", "true", "holds"),
        ("dnc_checked is true", "true", "holds"),
        ("contact_timezone within calling hours", "“UTC”", "holds"),
        ("purpose", "“first call”", ""),
    ]


def test_closed_hours_are_waited_for_and_what_fails_says_why():
    call = requested(facts={"bit_score": 74, "contact_timezone": "UTC"}).asked_call

    found = {one.condition: one for one in conditions.of(call, at=NIGHT)}

    hours = found["contact_timezone within calling hours"]
    assert (hours.state, hours.said) == ("waits", "opens in 1 h")
    assert found["bit_score >= 75"].said == "is 74, and must be >= 75"
    assert found["dnc_checked is true"].found == "is not known"


def test_while_nobody_knows_the_canon_only_the_facts_are_listed(monkeypatch):
    call = requested().asked_call
    monkeypatch.setattr(current, "KNOWLEDGE", current.Knowledge())
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")

    found = conditions.of(call, at=NOON)

    assert {one.condition for one in found} == set(FACTS)
    assert {one.state for one in found} == {""}
