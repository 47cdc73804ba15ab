"""Pages of scheduled exports: made from a list, listed with what they came to, changed, stopped, looked at."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.models import ExportFile, ScheduledExport
from governance.services.files import exports
from tests import make
from tests.markup import tight

pytestmark = pytest.mark.django_db
LIST = "/exports/scheduled/"
NEW = "/exports/scheduled/new/errors/"
SENT = {
    "name": "No filing",
    "source": "filter",
    "format": "csv",
    "weekday": "",
    "at": "06:30",
    "time_zone": "Europe/Berlin",
    "keep": "3",
}


@pytest.fixture
def analyst(client):
    person = make.analyst()
    client.force_login(person)
    return person


def text(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.content.decode()
    return tight(response.content.decode())


def a_run(made: ScheduledExport, **given) -> ExportFile:
    wanted = {"subject": made.subject, "format": "csv", "requester": made.owner, "rows": 7}
    wanted |= {"scheduled": made, "due_at": timezone.now(), "state": "ready", "path": "x/1-a.csv"}
    made = ExportFile.objects.create(**wanted | {"size": 12, "digest": "ab" * 32} | given)
    if made.state == "ready":
        exports.path_of(made).parent.mkdir(parents=True, exist_ok=True)
        exports.path_of(made).write_text("code\n")
    return made


def test_the_dialog_of_a_list_leads_to_a_form_that_keeps_filter_and_columns(client, analyst):
    dialog = text(client, "/errors/export/?code=NO_MATCH&columns=code,message")
    address = f"{NEW}?code=NO_MATCH&columns=code%2Cmessage"
    assert address.replace("&", "&amp;") in dialog

    form = text(client, address)
    answer = client.post(address, SENT)

    assert "Export regularly" in form and "NO_MATCH" in form
    made = ScheduledExport.objects.get()
    assert answer["Location"] == f"{LIST}{made.pk}/"
    assert (made.owner, made.filter, made.columns) == (analyst, "code=NO_MATCH", "code,message")
    assert (made.words, made.keep) == ("daily, 06:30 Europe/Berlin", 3)


def test_a_saved_view_of_the_list_can_be_chosen_in_place_of_the_filter(client, analyst):
    mine = make.view(owner=analyst, query="code=NO_MATCH&sort=-created")
    other = make.view(owner=make.analyst(), name="Of another")
    form = text(client, f"{NEW}?view={mine.pk}")

    refused = client.post(NEW, SENT | {"source": str(other.pk)})
    client.post(NEW, SENT | {"source": str(mine.pk), "weekday": "0"})

    assert f'value="{mine.pk}" selected' in form and other.name not in form
    assert refused.status_code == 422
    made = ScheduledExport.objects.get()
    assert (made.view, made.filter, made.words[:14]) == (mine, "", "weekly, Monday")


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 10_000},
        {"name": "a\u200bb"},
        {"at": "25:00"},
        {"at": "\0"},
        {"time_zone": "Mars/Base"},
        {"keep": "0"},
        {"keep": "9" * 400},
        {"weekday": "7"},
        {"format": "pdf"},
        {"source": "-1"},
    ],
)
def test_what_is_no_schedule_is_said_above_what_was_typed(client, analyst, wrong):
    answer = client.post(f"{NEW}?code=NO_MATCH", SENT | wrong)

    assert answer.status_code == 422
    assert not ScheduledExport.objects.exists()
    assert "NO_MATCH" in answer.content.decode()


@pytest.mark.parametrize(
    ("address", "status"),
    [
        (f"{NEW}?colour=red", 400),
        (f"{NEW}?columns=colour", 400),
        ("/exports/scheduled/new/audit/", 404),
        (f"{LIST}?owner=x&colour=red", 400),
        (f"{LIST}999/", 404),
    ],
)
def test_what_nobody_knows_is_refused(client, analyst, address, status):
    assert client.get(address).status_code == status


def test_a_view_that_asks_for_what_the_list_has_not_is_refused_when_chosen(client, analyst):
    stale = make.view(owner=analyst, query="legacy=1")

    answer = client.post(NEW, SENT | {"source": str(stale.pk)})

    assert answer.status_code == 400 and "legacy" in answer.content.decode()


def test_the_list_says_last_run_rows_checksum_files_and_next_in_the_same_queries(client, analyst):
    counts = []
    for number in range(2):
        made = make.scheduled_export(owner=analyst, name=f"Mine {number}")
        file = a_run(made)
        a_run(made, due_at=timezone.now() - timedelta(days=1), state="failed", note="No.")
        client.get(LIST)
        with CaptureQueriesContext(connection) as asked:
            shown = text(client, LIST)
        counts.append(len(asked))

    assert counts[0] == counts[1] <= 12
    assert f"/exports/{file.pk}/file/" in shown and f"{LIST}{made.pk}/" in shown
    assert "abababababab…" in shown and "daily, 06:00 UTC" in shown and "Ready" in shown


def test_the_page_of_one_has_its_files_and_offers_what_this_person_may_do(client, analyst):
    made = make.scheduled_export(owner=analyst, view=make.view(), view_name="Escalated")
    a_run(made, state="failed", rows=None, note="The view is gone.", digest="")

    mine = text(client, f"{LIST}{made.pk}/")
    client.force_login(make.analyst())
    others = text(client, f"{LIST}{made.pk}/")
    client.force_login(make.manager())
    managers = text(client, f"{LIST}{made.pk}/")

    for shown in (mine, others, managers):
        assert "The view is gone." in shown and "Escalated" in shown
    acts = ("edit", "stop", "look")
    assert [f"{made.pk}/{act}/" in mine for act in acts] == [True, True, True]
    assert [f"{made.pk}/{act}/" in others for act in acts] == [False, False, False]
    assert [f"{made.pk}/{act}/" in managers for act in acts] == [False, True, True]


def test_it_is_changed_stopped_and_started_and_its_page_tells_by_whom(client, analyst):
    made = make.scheduled_export(owner=analyst, filter="code=NO_MATCH")
    address = f"{LIST}{made.pk}/"

    form = text(client, f"{address}edit/")
    same = client.post(f"{address}edit/", SENT | {"name": made.name})
    client.post(f"{address}stop/")
    stopped = text(client, address)
    client.post(f"{address}start/")

    assert "Its filter: code=NO_MATCH" in form and same.status_code == 302
    made.refresh_from_db()
    assert (made.filter, made.keep, made.is_on) == ("code=NO_MATCH", 3, True)
    assert "never: it is stopped" in stopped
    history = text(client, address)
    assert f"Stopped by {analyst.username}" in history and "Started by" in history


def test_a_view_that_is_gone_is_not_replaced_by_every_row_unasked(client, analyst):
    view = make.view()
    made = make.scheduled_export(owner=analyst, view=view, view_name=view.name)
    view.delete()
    address = f"{LIST}{made.pk}/edit/"

    form = text(client, address)
    unasked = client.post(address, SENT | {"source": ""})
    client.post(address, SENT)

    assert f"The view “{view.name}” is gone: choose" in form
    assert unasked.status_code == 422
    made.refresh_from_db()
    assert (made.view_id, made.view_name, made.name) == (None, "", "No filing")


def test_what_failed_or_was_empty_stands_on_the_overview_until_it_is_settled(client, analyst):
    failing, empty = (
        make.scheduled_export(owner=analyst, name=name) for name in ("Daily errors", "Weekly")
    )
    a_run(failing, state="failed", rows=None, note="The view “Mine” is gone.")
    a_run(empty, rows=0)

    before = text(client, "/")
    client.post(f"{LIST}{failing.pk}/look/")
    a_run(empty, due_at=timezone.now() + timedelta(minutes=1))
    after = text(client, "/")
    looked = text(client, f"{LIST}{failing.pk}/")

    assert "Export failed: Daily errors" in before and "Export came out empty: Weekly" in before
    assert f'href="{LIST}{failing.pk}/"' in before and "The view “Mine” is gone" in before
    assert "Export failed" not in after and "Export came out empty" not in after
    assert "looked at by" in looked and "I have looked at it" not in looked


def test_managers_see_failures_of_everybody_and_others_only_their_own(client):
    made = make.scheduled_export(name="Theirs")
    a_run(made, state="failed", rows=None)

    seen = {}
    for role in ("manager", "analyst", "viewer"):
        client.force_login(getattr(make, role)())
        seen[role] = "Export failed: Theirs" in text(client, "/")

    assert seen == {"manager": True, "analyst": False, "viewer": False}


def test_its_files_are_for_all_who_may_see_the_rows_and_not_among_those_asked_for(client, analyst):
    made = make.scheduled_export(owner=analyst)
    file = a_run(made, path="exports/1-errors.csv")

    asked_for = text(client, "/exports/")
    blind = make.user()
    make.give(blind, "export_huberror")
    client.force_login(blind)
    refused = client.get(f"/exports/{file.pk}/file/")
    client.force_login(make.analyst())
    # its end closes the connection of this test: the last thing it does
    sent = client.get(f"/exports/{file.pk}/file/")

    assert f"/exports/{file.pk}/file/" not in asked_for and LIST in asked_for
    assert refused.status_code == 404
    assert b"".join(sent.streaming_content) == b"code\n"
