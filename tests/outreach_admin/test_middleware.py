"""Every request has an id, known to its caller and to the log."""

import gzip

import pytest
import structlog
from structlog.testing import LogCapture


@pytest.fixture
def lines():
    """What is logged during the test, with what was bound to it."""
    before = structlog.get_config()["processors"]
    capture = LogCapture()
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, capture],
        cache_logger_on_first_use=False,
    )
    yield capture.entries
    structlog.configure(processors=before, cache_logger_on_first_use=True)


def test_the_id_of_the_caller_is_kept_and_returned(client):
    answer = client.get("/sign-in/", headers={"X-Request-ID": "proxy-4711.a_b"})

    assert answer["X-Request-ID"] == "proxy-4711.a_b"


@pytest.mark.parametrize(
    "offered",
    ["", "short", "x" * 65, "two words here", "new\tline-in-the-log", "<script>alert</script>"],
)
def test_an_id_that_could_spoil_the_log_is_replaced(client, offered):
    answer = client.get("/sign-in/", headers={"X-Request-ID": offered})

    assert answer["X-Request-ID"] != offered
    assert len(answer["X-Request-ID"]) == 32


def test_the_outcome_of_a_request_is_logged_under_its_id(client, lines, monkeypatch):
    monkeypatch.setattr("outreach_admin.middleware.log", structlog.get_logger("outreach.request"))

    client.get("/sign-in/", headers={"X-Request-ID": "request-one"})

    line = next(line for line in lines if line["event"] == "request")
    assert (line["request_id"], line["method"], line["path"], line["status"]) == (
        "request-one",
        "GET",
        "/sign-in/",
        200,
    )
    assert line["milliseconds"] >= 0


def test_a_request_about_an_operation_names_it(client, lines, monkeypatch, db):
    monkeypatch.setattr("outreach_admin.middleware.log", structlog.get_logger("outreach.request"))

    client.get("/operations/4711/")

    assert next(line for line in lines if line["event"] == "request")["operation_id"] == 4711
    assert "operation_id" not in structlog.contextvars.get_contextvars()


def test_nothing_of_a_request_stays_bound_after_it(client):
    client.get("/sign-in/")

    assert "request_id" not in structlog.contextvars.get_contextvars()


def test_a_page_is_compressed_for_browsers_that_take_it(client, db):
    asked = client.get("/sign-in/", headers={"Accept-Encoding": "gzip"})

    assert asked["Content-Encoding"] == "gzip" and b"<html" in gzip.decompress(asked.content)
    assert "Content-Encoding" not in client.get("/sign-in/").headers
    assert (
        "Content-Encoding"
        not in client.get("/healthz/", headers={"Accept-Encoding": "gzip"}).headers
    )
