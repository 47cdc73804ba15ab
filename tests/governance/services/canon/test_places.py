"""A process keeps the places of its calls for as long as it lives."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from governance.models import ToolPlace
from governance.services.canon import places
from tests import ledgers

PAST = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def keeper() -> places.Keeper:
    return places.Keeper()


def test_the_places_of_its_calls_are_kept(committed_db, keeper, monkeypatch):
    monkeypatch.setattr(places, "EVERY", 0.01)
    mine, other = (
        ToolPlace.objects.create(call=ledgers.call(), tool="retell-caller", until=PAST)
        for _ in range(2)
    )

    keeper.hold(mine.pk)
    while ToolPlace.objects.get(pk=mine.pk).until == PAST:
        connection.ensure_connection()
    keeper.drop(mine.pk)

    assert ToolPlace.objects.get(pk=other.pk).until == PAST
