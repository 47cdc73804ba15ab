"""Health names a warehouse that does not answer, and goes on answering 200."""

import pytest

from enrichment.warehouse import health
from outreach_admin.watch import checks
from tests.enrichment.warehouse import places


def part() -> checks.Check:
    return next(check for check in checks.registered() if check.name == "warehouse")


def test_the_consoles_own_database_is_no_part_of_its_own():
    assert part().look() == ""


def test_a_warehouse_apart_that_answers_is_well(warehouse_apart):
    assert part().look() == ""


def test_a_warehouse_that_is_away_strains_and_says_why(django_db_blocker):
    with django_db_blocker.unblock(), places.signed_in("nowhere", HOST="127.0.0.1", PORT="1"):
        said = part().look()

    assert part().strains and part().means
    assert said.startswith("the warehouse does not answer: ") and len(said) < 260
    assert health.problem() == ""


@pytest.mark.django_db
def test_healthz_answers_200_meanwhile(client, redis_server, monkeypatch):
    monkeypatch.setattr(health.connection, "is_apart", lambda: False)

    assert client.get("/healthz/").json()["parts"]["warehouse"] == "ok"
