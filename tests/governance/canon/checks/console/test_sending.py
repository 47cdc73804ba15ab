"""A report on its way, to servers that answer as they please."""

import json
import threading

import pytest

from governance.canon.checks.console import sending
from governance.canon.checks.findings import Unchecked
from governance.canon.checks.reports import LARGEST
from tests.governance.canon.checks.console.consoles import Console

SECRET = "oo_pl_aToken"


@pytest.fixture
def console(monkeypatch):
    monkeypatch.setenv("OUTREACH_TOKEN", f"{SECRET}\n")
    with Console() as made:
        yield made


def refused(console, address=None):
    with pytest.raises(Unchecked) as reason:
        sending.send("{}", console.address if address is None else address)
    said = str(reason.value)
    assert said.startswith("The report was not sent: ")
    return said


def test_a_report_is_sent_once_and_its_address_said(console):
    said = sending.send('{"a": "é"}', f"{console.address}/")

    [(path, headers, data)] = console.came
    assert path == "/api/canon/checks/"
    assert headers["Authorization"] == f"Bearer {SECRET}"
    assert data == '{"a": "é"}'.encode()
    assert said == (
        f"The report is stored at {console.address}/checks/reports/7/: "
        "2 opened, 0 closed, 1 newly waived since the report before."
    )


def test_the_first_one_of_a_branch_says_nothing_of_changes(console):
    address = "https://console.example/checks/reports/7/"
    console.said = json.dumps({"address": address, "opened": None})

    assert sending.send("{}", console.address) == f"The report is stored at {address}."


def test_a_refusal_is_said_in_the_words_of_the_console(console):
    console.status = 422
    console.said = json.dumps(
        {
            "detail": "What was sent is not valid.",
            "errors": [{"field": "branch", "problem": "It is too long."}, 5],
        }
    )

    assert "422 What was sent is not valid. branch: It is too long." in refused(console)
    console.said = "<html>"
    assert "422 Unprocessable" in refused(console)


def test_the_token_goes_nowhere_else(console):
    console.said = ""
    with Console() as other:
        console.status, console.headers = 302, {"Location": f"{other.address}/"}

        assert "302 it leads elsewhere" in refused(console)

    assert other.came == [] and len(console.came) == 1


@pytest.mark.parametrize("said", ["", "[]", "{}", "<html>", '{"address": 5}', "[" * 100_000])
def test_what_is_no_console_is_not_believed(console, said):
    console.said = said

    assert "no console" in refused(console)


def test_a_console_that_is_away_is_named(console):
    with Console() as away:
        pass

    assert f"{away.address} does not answer" in refused(console, away.address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "console.example",
        "file:///etc/passwd",
        "ftp://console.example",
        "http://",
        "http://[::1",
    ],
)
def test_what_is_no_address_is_refused_before_anything_is_sent(console, address):
    assert "is no address" in refused(console, address)


def test_a_secret_in_an_address_is_neither_used_nor_said(console):
    said = refused(console, console.address.replace("http://", "http://ops:secret@"))

    assert "holds a password" in said and "secret@" not in said
    assert console.came == []


def test_a_console_that_drips_its_answer_is_waited_for_once(console, monkeypatch):
    monkeypatch.setattr(sending, "PATIENCE", 0.3)
    console.drips = threading.Event()

    try:
        assert "does not answer within 0.3 s" in refused(console)
    finally:
        console.drips.set()


@pytest.mark.parametrize("token", ["", " ", "ä", "a\nb"])
def test_without_a_token_nothing_is_sent(console, monkeypatch, token):
    monkeypatch.setenv("OUTREACH_TOKEN", token)

    assert "OUTREACH_TOKEN" in refused(console)
    assert console.came == []


def test_a_report_that_no_console_takes_is_not_sent(console):
    with pytest.raises(Unchecked, match="33,554,432: check the repository in parts"):
        sending.send("x" * (LARGEST + 1), console.address)

    assert console.came == []
