"""The client of ingest functions: it tells, and never breaks the ingest."""

import logging
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.reduction import ForkingPickler

import pytest

import enrichment.client
import enrichment.wire
from enrichment.client import Client
from enrichment.wire import Patience
from tests.enrichment import consoles
from tests.enrichment.consoles import console

ABSENT = (
    consoles.is_silent,
    consoles.drips_head,
    consoles.drips_body,
    consoles.breaks_off,
    consoles.fails,
    consoles.babbles,
    consoles.refuses(429, detail="Too many requests"),
)
NO_DJANGO = """
import sys
from enrichment.client import Client
with Client("http://127.0.0.1:9", "secret", patience=0.2).run("funding", entity="a.com") as run:
    assert run.go
sys.exit(any(name.partition(".")[0] in {"django", "governance"} for name in sys.modules))
"""


@pytest.fixture
def made():
    """Clients that are closed at the end."""
    clients = []

    def make(server, **given):
        client = Client(getattr(server, "url", server), "secret", **given)
        clients.append(client)
        return client

    yield make
    for client in clients:
        client.console.patience.spend(1_000)
        client.close()


def funding(client, **given):
    return client.run("company_funding", **{"entity": "ironclad.com", "source": "clay"} | given)


def test_a_run_is_opened_and_closed_with_what_was_said_of_it(made):
    with console() as server:
        with funding(made(server), idempotency_key="job-7") as run:
            run.count("raw", in_=1, out=1)
            run.count("extracted", out=3)
            run.count("extracted", out=2, failed=1)
            run.cost(credits=1.5)
            run.cost(credits=2)

        (opening, opened), (closing, closed) = server.heard

    assert opening == "/api/enrichment/runs/"
    assert opened["id"] == run.id
    assert opened["started_at"].endswith("+00:00")
    assert closing == f"/api/enrichment/runs/{run.id}/close/"
    for body in (opened, closed):
        assert body["workflow"] == "company_funding"
        assert body["entity"] == "ironclad.com"
        assert body["source"] == "clay"
        assert body["idempotency_key"] == "job-7"
    assert closed["status"] == "completed"
    assert closed["layers"]["raw"] == {"in": 1, "out": 1, "skipped": 0, "failed": 0}
    assert closed["layers"]["extracted"] == {"in": 0, "out": 5, "skipped": 0, "failed": 1}
    assert closed["credits"] == "3.50"


@pytest.mark.parametrize("error", [ValueError("no\0such field \ud800"), KeyboardInterrupt("stop")])
def test_the_error_of_an_ingest_is_told_and_raised_again(made, error):
    with console() as server:
        with pytest.raises(type(error)) as raised, funding(made(server)):
            raise error

        closed = server.closings()[0]

    assert raised.value is error
    assert closed["status"] == "failed"
    assert closed["error_class"] == type(error).__name__
    assert closed["error_text"] == str(error).replace("\0", "?").replace("\ud800", "?")


def test_an_error_that_cannot_say_what_it_is_is_raised_again(made):
    class MuteError(Exception):
        def __str__(self):
            raise RuntimeError

    with console() as server:
        with pytest.raises(MuteError), funding(made(server)):
            raise MuteError

        assert server.closings()[0]["error_text"] == ""


def test_a_run_with_nothing_to_do_is_skipped_with_the_reason(made):
    with console() as server:
        with funding(made(server)) as run:
            run.skip("not in the market")

        closed = server.closings()[0]

    assert (closed["status"], closed["error_text"]) == ("skipped", "not in the market")


def test_an_entity_that_is_enriched_already_is_not_closed_again(made):
    told = {"outcome": "already_enriched", "run": {"id": "x", "status": "skipped"}}
    with console(consoles.refuses(200, **told)) as server:
        with funding(made(server)) as run:
            assert not run.go
            assert run.already_enriched

        assert len(server.heard) == 1


def test_a_run_that_somebody_else_has_open_is_no_work(made):
    with console(consoles.refuses(409, outcome="already_open")) as server:
        with funding(made(server)) as run:
            assert not run.go
            assert not run.already_enriched

        assert len(server.heard) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 422])
def test_a_refusal_is_logged_and_the_ingest_goes_on(made, status, caplog):
    with console(consoles.refuses(status, detail="There is no workflow “x”.")) as server:
        with funding(made(server)) as run:
            assert run.go

        assert len(server.heard) == 1

    assert "There is no workflow “x”." in caplog.text


def test_an_answer_of_another_shape_lets_the_ingest_go_on(made):
    with console(consoles.answers_with_a_list) as server, funding(made(server)) as run:
        assert run.go


@pytest.mark.parametrize("behave", ABSENT)
def test_a_console_that_does_not_answer_costs_what_is_stated_in_all(made, behave, caplog):
    with console(behave) as server:
        client = made(server, patience=0.6, timeout=0.2)
        began = time.monotonic()
        for n in range(30):
            with funding(client, entity=f"company{n}.example") as run:
                assert run.go
        spent = time.monotonic() - began

    # without an end to patience it would be 6 s at least
    assert spent < 6
    assert "goes on unannounced" in caplog.text


@pytest.mark.parametrize("behave", [consoles.is_silent, consoles.drips_head])
def test_threads_wait_no_longer_than_one_alone(made, behave):
    with console(behave) as server:
        client = made(server, patience=0.6, timeout=0.2)

        def ingest(n):
            with funding(client, entity=f"company{n}.example"):
                pass

        began = time.monotonic()
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(ingest, range(240)))

    # without an end to patience it would be 6 s at least
    assert time.monotonic() - began < 6


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "no address", "http://[", ""])
def test_a_console_that_is_away_is_logged_and_not_raised(made, url, caplog):
    with pytest.raises(ValueError, match="mine"), funding(made(url, patience=0.5)):
        raise ValueError("mine")

    assert "goes on unannounced" in caplog.text


@pytest.mark.parametrize("given", [{"entity": object()}, {"source": {1, 2}}, {"entity": None}])
def test_what_cannot_be_sent_is_logged_and_not_raised(made, given, caplog):
    with console(consoles.refuses(422, detail="No key")) as server:
        client = made(server, patience=0.5)
        with funding(client, **given) as run:
            pass

    assert run.go
    assert caplog.records


def test_what_is_no_number_is_logged_and_not_counted(made, caplog):
    with console() as server:
        with funding(made(server)) as run:
            run.count("raw", out="three")
            run.count("raw", out=-1)
            run.count("table", out=1)
            run.cost(credits="many")
            run.cost(credits=-1)
            run.cost(credits=float("nan"))

        closed = server.closings()[0]

    assert closed["layers"] == {"raw": {"in": 0, "out": 0, "skipped": 0, "failed": 0}}
    assert "credits" not in closed
    assert len(caplog.records) == 6


def test_a_result_is_told_once_the_console_answers_again(made):
    with console(consoles.fails) as server:
        client = made(server)
        with funding(client) as run:
            run.count("extracted", out=1)
        server.behave = consoles.answers
        client.close()

        told = server.closings()[-1]

    assert told["workflow"] == "company_funding"
    assert told["layers"]["extracted"]["out"] == 1
    assert not client.console.owes


def test_a_console_that_answers_again_is_asked_again(made):
    with console(consoles.is_silent) as server:
        client = made(server, patience=0.3, timeout=0.2)
        for n in range(3):
            with funding(client, entity=f"company{n}.example"):
                pass
        server.behave = consoles.answers
        client.console.patience = Patience(60)
        client.console.timeout = 20
        client.close()
        heard = len(server.heard)

        with funding(client):
            pass

        assert len(server.heard) == heard + 2


def test_a_long_run_beats_until_its_end(made):
    def answers(request, body):
        request.answer(201, {"outcome": "opened", "run": {"status": "running"}, "beat_every": 0.01})

    with console(answers) as server:
        with funding(made(server)) as run:
            beats = f"/api/enrichment/runs/{run.id}/beat/"
            server.wait_for(lambda: [path for path, _ in server.heard].count(beats) >= 2)
        threads = [thread.name for thread in threading.enumerate() if "_beat" in thread.name]
        for thread in threading.enumerate():
            if "_beat" in thread.name:
                thread.join(5)

    assert all(thread.name not in threads for thread in threading.enumerate())


def test_a_replayed_run_goes_by_the_id_that_the_console_has(made):
    def replays(request, body):
        run = {"id": "11111111-1111-4111-8111-111111111111", "status": "running"}
        request.answer(200, {"outcome": "replayed", "run": run, "beat_every": 60})

    with console(replays) as server:
        with funding(made(server), idempotency_key="job-7") as run:
            assert run.go

        assert server.heard[-1][0].split("/")[4] == "11111111-1111-4111-8111-111111111111"


def test_many_threads_tell_of_their_own_runs(made):
    with console() as server:
        client = made(server)

        def ingest(n):
            with funding(client, entity=f"company{n}.example") as run:
                run.count("extracted", out=n)

        with ThreadPoolExecutor(8) as threads:
            list(threads.map(ingest, range(40)))

        told = {body["entity"]: body["layers"]["extracted"]["out"] for body in server.closings()}

    assert told == {f"company{n}.example": n for n in range(40)}


def test_another_process_speaks_for_itself(made):
    with console() as server:
        client = made(server)
        with funding(client):
            pass
        own = ForkingPickler.loads(ForkingPickler.dumps(client))
        client.begin_anew()
        for one in (own, client):
            with funding(one, entity="tidewell.com"):
                pass
        own.close()

    assert [body["entity"] for body in server.closings()].count("tidewell.com") == 2


def test_a_program_that_ends_tells_what_it_owes():
    with console(consoles.fails) as server:
        program = (
            "from enrichment.client import Client\n"
            f"client = Client({server.url!r}, 'secret')\n"
            "with client.run('funding', entity='ironclad.com'):\n"
            "    pass\n"
        )
        ingest = subprocess.Popen([sys.executable, "-c", program])
        server.wait_for(lambda: len(server.closings()) > 1)
        server.behave = consoles.answers

        assert ingest.wait(20) == 0
        assert server.closings()[-1]["status"] == "completed"


def test_the_client_needs_no_django_and_two_files_alone(tmp_path):
    folder = tmp_path / "enrichment"
    folder.mkdir()
    for module in (enrichment.client, enrichment.wire):
        shutil.copy(module.__file__, folder)

    found = subprocess.run(
        [sys.executable, "-W", "error", "-c", NO_DJANGO],
        cwd=tmp_path,
        timeout=60,
    )

    assert found.returncode == 0


def test_the_token_is_never_logged(made, caplog):
    caplog.set_level(logging.DEBUG)
    with console(consoles.breaks_off) as server, funding(made(server, patience=0.3)):
        pass

    assert "secret" not in caplog.text
