"""What the log says of answers: a line, and a traceback only where something broke."""

import logging
import sys

import pytest

from outreach_admin import logs
from tests import make

REQUEST = "django.request"


def record(**given) -> logging.LogRecord:
    try:
        raise ValueError("broken")
    except ValueError:
        made = logging.LogRecord(REQUEST, logging.ERROR, __file__, 1, "said", (), sys.exc_info())
    made.__dict__ |= given
    return made


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "status"), [("/errors/import/", 403), ("/operations/0/", 404)])
def test_a_refusal_is_logged_without_a_traceback(client, caplog, path, status):
    client.force_login(make.viewer())

    answer = client.get(path)

    lines = [line for line in caplog.records if line.name == REQUEST]
    assert answer.status_code == status
    assert [(line.status_code, line.exc_info) for line in lines] == [(status, None)]


@pytest.mark.parametrize("given", [{"status_code": 500}, {}])
def test_a_failure_keeps_its_traceback(given):
    failure = record(**given)

    assert logs.Answers().filter(failure)
    assert failure.exc_info is not None
