"""What /healthz/ answers while parts are missing."""

import pytest

from outreach_admin import health

pytestmark = pytest.mark.django_db


def test_all_is_well_while_every_part_works(client, redis_server):
    health.record_heartbeat("worker@here")

    answer = client.get("/healthz/")

    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "parts": dict.fromkeys(["database", "migrations", "redis", "worker"], "ok"),
    }


def test_a_worker_that_was_never_seen_is_named(client, redis_server):
    answer = client.get("/healthz/")

    assert answer.status_code == 503
    assert answer.json()["parts"]["worker"] == "no worker was seen within 60 s"


def test_a_worker_seen_too_long_ago_is_named(client, redis_server):
    now, _ = redis_server.time()
    redis_server.zadd(health.HEARTBEAT_KEY, {"worker@here": now - 61})

    answer = client.get("/healthz/")

    assert "worker" in answer.json()["parts"]
    assert answer.status_code == 503


def test_a_worker_that_ended_is_named_at_once(client, redis_server):
    health.record_heartbeat("worker@here")
    health.forget_heartbeat("worker@here")

    answer = client.get("/healthz/")

    assert answer.status_code == 503


def test_redis_that_does_not_answer_is_named(client, settings, tmp_path):
    settings.REDIS_URL = f"unix://{tmp_path}/nobody.sock"

    answer = client.get("/healthz/")

    assert answer.status_code == 503
    assert answer.json()["parts"] == {
        "database": "ok",
        "migrations": "ok",
        "redis": "Redis does not answer",
        "worker": "unknown while Redis does not answer",
    }


def test_a_missing_migration_is_named_with_the_command_to_run(client, redis_server, monkeypatch):
    health.record_heartbeat("worker@here")
    monkeypatch.setattr(
        health, "latest_migrations", lambda: (("axes", "9999_to_come"), ("auth", "0001_initial"))
    )

    answer = client.get("/healthz/")

    assert answer.status_code == 503
    assert answer.json()["parts"]["migrations"] == "run `manage.py migrate`: axes"
