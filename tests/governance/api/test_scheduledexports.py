"""Scheduled exports by the API: made, listed, changed in the state that was seen, stopped, their files."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.models import ExportFile, ScheduledExport
from tests import make
from tests.callers import Caller

pytestmark = pytest.mark.django_db
LIST = "/api/exports/scheduled/"
WANTED = {"name": "Mine", "subject": "errors", "at": "06:30", "time_zone": "Europe/Berlin"}


@pytest.fixture
def analyst() -> Caller:
    return Caller(make.analyst(), "triage")


def a_run(made: ScheduledExport, **given) -> ExportFile:
    wanted = {"subject": made.subject, "format": "csv", "requester": made.owner, "rows": 7}
    wanted |= {"scheduled": made, "due_at": timezone.now(), "state": "failed", "note": "No."}
    return ExportFile.objects.create(**wanted | given)


def test_one_is_made_read_changed_and_stopped(analyst):
    wanted = WANTED | {"filter": {"code": ["NO_MATCH"]}, "columns": ["code", "message"]}

    made = analyst.post(LIST, wanted)
    location = made["Location"]
    read = analyst.get(location)
    changed = analyst.post(location, {"weekday": 0, "keep": 3}, If_Match=read["ETag"])
    late = analyst.post(location, {"keep": 4}, If_Match=read["ETag"])
    stopped = analyst.post(f"{location}stop/")
    started = analyst.post(f"{location}start/")

    assert made.status_code == 201 and made.json()["id"] == read.json()["id"]
    said = read.json()
    assert (said["filter"], said["columns"]) == ("code=NO_MATCH", ["code", "message"])
    assert (said["at"], said["weekday"], said["keep"], said["last"]) == ("06:30:00", None, 7, None)
    assert (changed.json()["weekday"], changed.json()["keep"]) == (0, 3)
    assert changed.json()["filter"] == "code=NO_MATCH" and late.status_code == 412
    assert (stopped.json()["is_on"], stopped.json()["next_at"]) == (False, None)
    assert started.json()["is_on"] and started.json()["next_at"]


def test_the_last_run_is_told_looked_at_and_listed_with_its_checksum(analyst):
    made = make.scheduled_export(owner=analyst.token.account)
    file = a_run(made, digest="ab" * 32)
    location = f"{LIST}{made.pk}/"

    read = analyst.get(location).json()
    analyst.post(f"{location}look/")
    files = analyst.get(f"{location}files/?state=failed").json()["results"]
    asked_for = analyst.get("/api/exports/").json()["results"]
    alone = analyst.get(f"/api/exports/{file.pk}/").json()

    assert (read["last"]["state"], read["last"]["note"]) == ("failed", "No.")
    assert files == [alone] and alone["sha256"] == "ab" * 32 and alone["scheduled"] == made.pk
    assert asked_for == []
    file.refresh_from_db()
    assert file.looked_by == made.owner


def test_a_view_of_the_list_that_is_seen_takes_the_place_of_a_filter(analyst):
    view = make.view(owner=analyst.token.account)
    hidden = make.view(owner=make.analyst())
    elsewhere = make.view(owner=analyst.token.account, page="governance:company-list")

    made = analyst.post(LIST, WANTED | {"view": view.pk})
    refused = [analyst.post(LIST, WANTED | {"view": one.pk}) for one in (hidden, elsewhere)]
    both = analyst.post(LIST, WANTED | {"view": view.pk, "filter": {}})
    back = analyst.post(made["Location"], {"filter": {"code": "NO_MATCH"}}).json()

    assert (made.json()["view"], made.json()["view_name"]) == (view.pk, view.name)
    assert [answer.status_code for answer in (*refused, both)] == [422] * 3
    assert (back["view"], back["view_name"], back["filter"]) == (None, "", "code=NO_MATCH")


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"colour": "red"}, 400),
        ({"filter": {"colour": "red"}}, 400),
        ({"filter": {"code": ""}}, 400),
        ({"filter": {"sort": "-created"}}, 400),
        ({"filter": [1]}, 422),
        ({"name": ""}, 422),
        ({"name": "\0"}, 400),
        ({"name": "a\ud800"}, 400),
        ({"name": "x" * 10_000}, 422),
        ({"subject": "audit"}, 422),
        ({"format": "pdf"}, 422),
        ({"at": "25:00"}, 422),
        ({"at": None}, 422),
        ({"at": "06:30Z"}, 422),
        ({"at": "06:30\n"}, 422),
        ({"at": "6:30"}, 422),
        ({"at": " 06:30"}, 422),
        ({"at": 6}, 422),
        ({"weekday": 7}, 422),
        ({"keep": 10**30}, 422),
        ({"time_zone": "Mars/Base"}, 422),
        ({"columns": ["colour"]}, 422),
        ({"view": 10**30}, 422),
        ({"view": 2**62}, 422),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_made(analyst, wrong, status):
    answer = analyst.post(LIST, WANTED | wrong)

    assert answer.status_code == status, answer.json()
    assert not ScheduledExport.objects.exists()


def test_who_may_not_see_the_rows_schedules_none_and_reads_no_files():
    blind = make.user()
    make.give(blind, "export_huberror")
    caller = Caller(blind, "triage")
    made = make.scheduled_export()

    answers = [caller.post(LIST, WANTED), caller.get(f"{LIST}{made.pk}/files/")]

    assert [answer.status_code for answer in answers] == [403, 403]


def test_what_there_is_not_is_told_so(analyst):
    for rest in ("", "files/"):
        assert analyst.get(f"{LIST}999/{rest}").status_code == 404
    assert analyst.post(f"{LIST}999/stop/").status_code == 404


def test_many_cost_as_many_queries_as_one(analyst):
    counts = []
    analyst.get(LIST)
    for _ in range(2):
        made = make.scheduled_export()
        a_run(made)
        a_run(made, due_at=timezone.now() - timedelta(days=1))
        with CaptureQueriesContext(connection) as asked:
            found = analyst.get(LIST).json()["results"]
            searched = analyst.post(f"{LIST}search/", {"filter": {"on": True}}).json()["results"]
        counts.append(len(asked))

    assert counts[0] == counts[1]
    assert len(found) == len(searched) == 2 and found[0]["last"]["state"] == "failed"
