"""Stopping tools, and letting them go on."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.models import KillSwitch
from tests import make
from tests.governance.queries.canon.test_tools import stopped

pytestmark = pytest.mark.django_db
STOP = {"tool": "firecrawl", "reason": "It misbehaves."}


def text(response, status):
    assert response.status_code == status
    return response.content.decode()


def test_a_tool_is_stopped_and_the_list_says_so(client, triager):
    response = client.post("/canon/switches/stop/", STOP, follow=True)

    assert "Stop of firecrawl: No call is let out from now on" in text(response, 200)
    switch = KillSwitch.objects.standing().get()
    assert (switch.tool, switch.by, switch.reason) == ("firecrawl", triager, "It misbehaves.")


def test_a_form_sent_twice_stops_once_and_says_who_did(client, triager):
    client.post("/canon/switches/stop/", STOP)

    response = client.post("/canon/switches/stop/", STOP)

    assert "stopped it already: It misbehaves." in text(response, 409)
    assert KillSwitch.objects.count() == 1


def test_all_tools_are_stopped_at_once(client, triager):
    client.post("/canon/switches/stop/", {"tool": "*", "reason": "The key leaked."})

    assert KillSwitch.objects.standing().get().tool == ""


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"tool": "firecrawl", "reason": " "},
        {"tool": "no-such-tool", "reason": "It misbehaves."},
        {"tool": "firecrawl", "reason": "nul \0"},
        {"tool": "firecrawl", "reason": "x" * 10_001},
        {"tool": "x" * 10_000, "reason": "It misbehaves."},
    ],
)
def test_what_cannot_be_read_stops_nothing_and_is_asked_again(client, triager, sent):
    response = client.post("/canon/switches/stop/", sent)

    assert 'aria-invalid="true"' in text(response, 422)
    assert not KillSwitch.objects.exists()


def test_the_tool_of_the_address_is_chosen(client, triager):
    shown = text(client.get("/canon/switches/stop/?tool=firecrawl"), 200)

    assert '<option value="firecrawl" selected>' in shown


def test_somebody_else_lets_it_go_on(client):
    switch, other = stopped(), make.manager()
    client.force_login(other)

    response = client.post(
        f"/canon/switches/{switch.pk}/release/",
        {"reason": "Mended."},
        follow=True,
    )

    assert "Calls are let out again" in text(response, 200)
    switch.refresh_from_db()
    assert switch.released_by == other


def test_a_release_sent_twice_is_told_and_changes_nothing(client):
    switch = stopped()
    client.force_login(make.manager())
    address = f"/canon/switches/{switch.pk}/release/"
    client.post(address, {"reason": "Mended."})
    first = KillSwitch.objects.get()

    response = client.post(address, {"reason": "Mended twice."})

    assert "It was released already" in text(response, 409)
    assert KillSwitch.objects.get().released_at == first.released_at


def test_who_stopped_it_is_told_why_it_is_not_his_to_release(client):
    person = make.manager()
    client.force_login(person)
    switch = stopped(by=person)

    shown = text(client.get(f"/canon/switches/{switch.pk}/release/"), 200)

    assert "somebody else lets it go on" in shown and "<textarea" not in shown
    response = client.post(f"/canon/switches/{switch.pk}/release/", {"reason": "Mine."})
    assert "somebody else lets it go on" in text(response, 409)
    assert KillSwitch.objects.standing().get() == switch


def test_the_list_shows_switches_and_is_narrowed(client, analyst):
    stopped()
    stopped("scraper-api")

    shown = text(client.get("/canon/switches/?tool=scraper-api"), 200)

    assert 'href="/tools/scraper-api/"' in shown and 'href="/tools/firecrawl/"' not in shown


@pytest.mark.parametrize("part", ["", "?part=facets"])
def test_the_list_costs_the_same_queries_for_one_and_for_many(
    client, analyst, django_assert_num_queries, part
):
    stopped()
    client.get(f"/canon/switches/{part}")
    with CaptureQueriesContext(connection) as one:
        client.get(f"/canon/switches/{part}")
    for slug in ("", "scraper-api", "mx-lookup", "smtp-check"):
        stopped(slug)

    with django_assert_num_queries(len(one)):
        client.get(f"/canon/switches/{part}")


@pytest.mark.parametrize(
    ("by", "reader", "offered"),
    [
        ("triager", "manager", True),
        ("triager", "triager", False),
        ("manager", "manager", False),
        ("triager", "viewer", False),
    ],
)
def test_only_who_may_let_it_go_on_is_led_to_the_release(client, by, reader, offered):
    people = {name: getattr(make, name)() for name in {by, reader}}
    switch = stopped(by=people[by])
    client.force_login(people[reader])

    response = client.get("/canon/switches/")

    assert (f"/canon/switches/{switch.pk}/release/" in text(response, 200)) is offered
