"""Another app adds a check of its own to /healthz/ and the overview."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from outreach_admin.watch import checks, pulses
from outreach_admin.watch.checks import Check, Server
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def only_here(monkeypatch, redis_server):
    """A console that is well, whose checks are again its own when the test ends."""
    monkeypatch.setattr(checks, "_checks", dict(checks._checks))
    pulses.record_heartbeat("worker@here")


def answered(client, part: str) -> tuple[int, str, str]:
    answer = client.get("/healthz/")
    return answer.status_code, answer.json()["status"], answer.json()["parts"][part]


def overview(client) -> str:
    client.force_login(make.viewer())
    return client.get("/").content.decode()


def one_row(cursor) -> str:
    cursor.execute("SELECT 'row 1'")
    return cursor.fetchone()[0]


def test_an_app_adds_its_check_when_it_is_ready(client):
    assert answered(client, "parts") == (200, "ok", "ok")


@pytest.mark.parametrize(
    ("asks", "look", "said"),
    [
        (None, lambda: "the ovens are cold", "the ovens are cold"),
        (Server.POSTGRESQL, one_row, "row 1"),
        (Server.REDIS, lambda client: f"ping {client.ping()}", "ping True"),
    ],
)
def test_a_problem_is_told_by_health_and_to_people(client, asks, look, said):
    checks.register(Check("ovens", look, asks, means="Bake tomorrow"))

    page = overview(client)

    assert answered(client, "ovens") == (503, "unavailable", said)
    assert said[1:] in page and "Bake tomorrow" in page


def test_what_only_strains_is_answered_with_200(client):
    checks.register(Check("ovens", lambda: "lukewarm", strains=True))

    assert answered(client, "ovens") == (200, "strained", "lukewarm")


def test_what_means_nothing_to_people_is_not_on_the_overview(client):
    checks.register(Check("ovens", lambda: "lukewarm"))

    assert "ukewarm" not in overview(client)


def test_a_check_that_fails_says_so_and_spoils_no_other(client):
    checks.register(
        Check("ovens", lambda cursor: cursor.execute("SELECT no_such"), Server.POSTGRESQL, "Bake"),
        Check("rows", one_row, Server.POSTGRESQL, "Count"),
    )

    page = overview(client)

    assert answered(client, "ovens")[2] == "the check of ovens fails: ProgrammingError"
    assert answered(client, "rows")[2] == "row 1"
    assert answered(client, "database")[2] == "ok"
    assert "The check of ovens fails: ProgrammingError" in page and "Row 1" in page


def test_a_check_whose_server_does_not_answer_is_not_made(client, settings, tmp_path):
    settings.REDIS_URL = f"unix://{tmp_path}/nobody.sock"
    checks.register(Check("ovens", lambda client: "cold", Server.REDIS, means="Bake tomorrow"))

    page = overview(client)

    assert answered(client, "ovens")[2] == "unknown while Redis does not answer"
    assert "Bake tomorrow" not in page and "Redis does not answer" in page


def test_a_server_that_goes_away_during_a_check_is_what_is_wrong(client):
    def cut(cursor) -> None:
        with connection.cursor() as other:
            pid = cursor.connection.info.backend_pid
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        cursor.execute("SELECT 1")

    checks.register(Check("ovens", cut, Server.POSTGRESQL))

    assert answered(client, "database")[2] == "PostgreSQL does not answer"
    assert answered(client, "ovens")[2] == "unknown while PostgreSQL does not answer"


def test_two_checks_of_one_name_are_refused_and_one_that_comes_twice_is_not():
    check = Check("ovens", lambda: "")
    checks.register(check, check)

    with pytest.raises(ImproperlyConfigured, match="'ovens'"):
        checks.register(Check("ovens", lambda: ""))
