"""Files by the API: asked for, made by a worker, fetched; or sent as they are made."""

import csv
import hashlib
import io
import json

import pytest
from django.contrib.auth.models import Permission

from governance.models import ExportFile
from governance.resources import exports as resources
from governance.services.files import exports
from outreach_admin.lists.seats import SEATS
from tests import make
from tests.callers import Caller

pytestmark = pytest.mark.usefixtures("committed_db", "redis_server")

FILES = "/api/exports/"
ERRORS = "/api/errors/export/"


@pytest.fixture
def analyst(committed_db) -> Caller:
    return Caller(make.analyst())


def sent(answer) -> bytes:
    return b"".join(answer.streaming_content)


def asked(caller: Caller, **wanted) -> str:
    """Ask for a file, and return where it is told of."""
    answer = caller.post(FILES, {"name": "errors"} | wanted)
    assert answer.status_code == 201, answer.json()
    return answer["Location"]


def made(caller: Caller, **wanted) -> str:
    """A file that is ready."""
    location = asked(caller, **wanted)
    resources.write_file(int(location.rstrip("/").rpartition("/")[2]))
    return location


@pytest.mark.parametrize("format", ["csv", "json", "xlsx"])
def test_a_file_is_asked_for_made_and_fetched_with_its_checksum(analyst, format):
    make.error(make.DOL)
    make.error(make.CT)

    location = asked(analyst, format=format, filter={"code": "NO_MATCH"})
    waiting = analyst.get(location)
    resources.write_file(waiting.json()["id"])
    ready = analyst.get(location)
    file = analyst.get(f"{location}download/")

    assert waiting.json()["state"] == "queued" and waiting["Retry-After"] == "2"
    said = ready.json()
    assert said["state"] == "ready" and said["rows"] == 1 and "Retry-After" not in ready
    content = sent(file)
    assert len(content) == said["size"] == int(file["Content-Length"])
    assert hashlib.sha256(content).hexdigest() == said["sha256"]
    assert file["Content-Disposition"].endswith(f'.{format}"')


def test_columns_go_out_in_their_order_and_no_cell_is_a_formula(analyst):
    make.error(message="=1+1")

    location = made(analyst, format="csv", columns=["message", "code"])
    lines = sent(analyst.get(f"{location}download/")).decode("utf-8-sig").splitlines()

    rows = list(csv.reader(line for line in lines if not line.startswith("#")))
    assert rows[0] == ["message", "code"] and rows[1][0] == "'=1+1"
    assert lines[-1] == "# end: 1 rows"


@pytest.mark.parametrize("name", ["archive", "readiness", "audit", "company_slot"])
def test_each_kind_can_be_made(analyst, name):
    make.archived()
    make.target()
    make.slots(1)

    said = analyst.get(made(analyst, name=name, format="json")).json()

    assert said["state"] == "ready" and said["name"] == name and said["rows"] > 0


def test_the_list_has_the_files_of_the_account_alone(analyst):
    other = Caller(make.analyst())
    made(analyst, format="json")
    asked(analyst, format="csv", filter={"code": "X"})
    asked(other)

    found = analyst.get(FILES).json()["results"]
    ready = analyst.get(f"{FILES}?state=ready").json()["results"]

    assert [one["format"] for one in found] == ["csv", "json"]
    assert [one["format"] for one in ready] == ["json"] and found[0]["filter"] == "code=X"
    first = analyst.get(f"{FILES}?size=1").json()
    assert analyst.get(first["next"]).json()["results"] == ready


@pytest.mark.parametrize("rest", ["", "download/"])
def test_a_file_of_somebody_else_is_not_there(analyst, rest):
    location = made(Caller(make.analyst()))

    answer = analyst.get(f"{location}{rest}")

    assert answer.status_code == 404
    assert answer.json()["detail"] == "You have asked for no such file."


def test_a_file_that_is_not_ready_or_gone_is_refused_as_on_the_page(analyst):
    location = asked(analyst)
    early = analyst.get(f"{location}download/")
    file = ExportFile.objects.get()
    resources.write_file(file.pk)
    file.refresh_from_db()
    exports.path_of(file).unlink()
    late = analyst.get(f"{location}download/")

    assert early.status_code == late.status_code == 409
    assert "This file is not there: queued" in early.json()["detail"]
    assert late.json()["detail"] == analyst.get(location).json()["note"] == exports.GONE


def test_a_key_asks_for_one_file(analyst):
    body = {"name": "errors", "format": "json"}

    first = analyst.post(FILES, body, Idempotency_Key="k")
    again = analyst.post(FILES, body, Idempotency_Key="k")

    assert first.json() == again.json() and first["Location"] == again["Location"]
    assert ExportFile.objects.count() == 1


def test_a_fourth_file_waits_until_another_is_written(analyst):
    for _ in range(exports.MOST_WAITING):
        asked(analyst)

    answer = analyst.post(FILES, {"name": "errors"})

    assert answer.status_code == 409 and "not written yet" in answer.json()["detail"]


def test_who_may_not_export_or_not_see_the_rows_is_refused(committed_db):
    viewer = Caller(make.viewer())
    blind = make.user()
    blind.user_permissions.add(Permission.objects.get(codename="export_huberror"))
    blind = Caller(blind)

    assert viewer.post(FILES, {"name": "errors"}).status_code == 403
    assert viewer.get(ERRORS).status_code == 403
    assert Caller(make.user()).get(FILES).status_code == 403
    assert blind.get(FILES).status_code == 200
    assert blind.post(FILES, {"name": "audit"}).status_code == 403
    assert blind.get("/api/audit/export/").status_code == 403
    assert ExportFile.objects.count() == 0


VALUES = [True, 7, 10**40, 1.5, "x" * 10_000, [], {}, [[]]]


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("key", ["name", "format", "filter", "columns"])
def test_every_type_in_every_member_is_refused_or_means_nothing(analyst, key, value):
    answer = analyst.post(FILES, {"name": "errors"} | {key: value})

    empty = (key, value) in (("filter", {}), ("columns", []))
    assert answer.status_code == (201 if empty else 400 if key == "filter" else 422)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ([], 400),
        ("x", 400),
        ({}, 422),
        ({"name": "passwords"}, 422),
        ({"name": "errors", "format": "pdf"}, 422),
        ({"name": "errors", "format": None}, 422),
        ({"name": "errors", "columns": None}, 422),
        ({"name": "errors", "columns": ["colour"]}, 422),
        ({"name": "readiness", "columns": ["sovereign_id"]}, 422),
        ({"name": "errors", "filter": {"colour": "red"}}, 400),
        ({"name": "errors", "filter": {"part": "x"}}, 400),
        ({"name": "errors", "rows": 7}, 400),
        (b'{"name": "\\ud800"}', 400),
        (b"{", 400),
    ],
)
def test_a_body_that_asks_for_something_else_is_refused(analyst, body, status):
    answer = analyst.post(FILES, body)

    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert ExportFile.objects.count() == 0


def test_rows_are_sent_as_they_are_made(analyst):
    make.error(make.DOL, message="@cmd")
    make.error(make.CT)

    answer = analyst.get(f"{ERRORS}?format=csv&header=plain&columns=code,message&code=NO_MATCH")
    rows = list(csv.reader(io.StringIO(sent(answer).decode())))

    assert rows == [["code", "message"], ["NO_MATCH", "'@cmd"]]
    assert answer["X-Export-Rows"] == "1" and answer["X-Export-Filter"] == "code=NO_MATCH"


@pytest.mark.parametrize("path", ["archive", "companies", "audit", "hubs/company_slot"])
def test_each_list_can_be_sent_as_json(analyst, path):
    make.archived()
    make.target()
    make.slots(1)

    answer = analyst.get(f"/api/{path}/export/?format=json", Accept="text/html")

    said = json.loads(sent(answer))
    assert said["count"] == len(said["rows"]) > 0
    assert "sovereign_id" not in said["rows"][0]


@pytest.mark.parametrize(
    "query",
    ["format=xlsx", "format=csv&format=json", "header=x", "columns=x", "colour=red", "part=x"],
)
def test_a_file_that_cannot_be_sent_is_refused(analyst, query):
    assert analyst.get(f"{ERRORS}?{query}").status_code == 400


def test_without_a_seat_it_is_said_when_to_come_back(analyst, settings):
    settings.DOWNLOADS = 0
    make.error()

    answer = analyst.get(ERRORS)

    assert answer.status_code == 429 and int(answer["Retry-After"]) > 0
    assert "no more are served at once" in answer.json()["detail"]
    assert SEATS.taken == 0


def test_a_fourth_download_of_one_account_is_told_to_wait(analyst):
    make.error()
    held = [analyst.get(ERRORS) for _ in range(3)]

    answer = analyst.get(ERRORS)
    for one in held:
        one.close()

    assert answer.status_code == 429 and int(answer["Retry-After"]) > 0


def test_what_is_not_there_is_a_problem(analyst):
    for path in ("hubs/nothing/export/", "exports/7/", f"exports/{2**62}/", f"exports/{10**30}/"):
        answer = analyst.get(f"/api/{path}")
        assert answer.status_code == 404 and answer["Content-Type"] == "application/problem+json"


def test_the_list_costs_the_same_for_one_file_and_for_many(analyst, django_assert_max_num_queries):
    user = analyst.token.account
    analyst.get(FILES)
    costs = []
    for files in (1, 50):
        for _ in range(files):
            ExportFile.objects.create(subject="errors", format="csv", requester=user)
        with django_assert_max_num_queries(10) as found:
            analyst.get(FILES)
        costs.append(len(found))

    assert costs[0] == costs[1]


def test_the_schema_says_by_what_rows_are_chosen(analyst):
    paths = analyst.get("/api/schema/").json()["paths"]

    keys = {one["name"] for one in paths["/api/errors/export/"]["get"]["parameters"]}
    assert {"format", "columns", "header", "disposition", "code"} <= keys
