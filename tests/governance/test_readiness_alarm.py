"""What is wrong with readiness is told to people and to whoever watches the console, until it is mended."""

from governance.services import counters, readiness
from outreach_admin.watch import pulses
from tests import make, owner
from tests.servers import SERVERS

LATE = "UPDATE governance.readiness_due SET at = at - interval '6 minutes'"


def test_a_difference_from_the_definition_is_an_alarm_until_it_is_mended(
    client, committed_db, redis_server
):
    client.force_login(make.viewer())
    wrong = make.promotable()
    owner.corrupts(wrong.pk, filled_slots=0)
    pulses.record_heartbeat("worker@here")

    readiness.check()
    page, health = client.get("/").content.decode(), client.get("/healthz/")

    assert f"eadiness of 1 company differs from its definition: {wrong.pk}" in page
    assert "rebuild_readiness mends it" in page
    assert (health.status_code, health.json()["status"]) == (200, "strained")
    readiness.rebuild()
    assert "differs from its definition" not in client.get("/").content.decode()
    assert client.get("/healthz/").json()["parts"]["readiness"] == "ok"

    # whoever holds the company keeps it from being counted
    with SERVERS.superuser(SERVERS.database) as holder, holder.transaction():
        holder.execute("SELECT FROM governance_readiness FOR UPDATE")
        owner.leaves(wrong.pk)
        owner.runs(LATE)
        counters.fold()
        health = client.get("/healthz/")
        assert (health.status_code, health.json()["status"]) == (200, "strained")
        assert health.json()["parts"]["counting"].startswith("1 company has waited")
        assert "Their gates say no until then" in client.get("/").content.decode()
    counters.fold()
    assert client.get("/healthz/").json()["parts"]["counting"] == "ok"
