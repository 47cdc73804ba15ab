"""`backlog_day` counts a day that has ended."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.governance.services.test_backlog import TODAY, populate

pytestmark = pytest.mark.django_db


def printed(*command: str) -> str:
    out = StringIO()
    call_command("backlog_day", *command, stdout=out)
    return out.getvalue()


def test_a_day_is_counted_yesterday_where_none_is_named():
    populate()
    before = TODAY - timedelta(days=3)

    assert printed() == f"{TODAY - timedelta(days=1)}: 0 opened, 1 closed, 3 open.\n"
    assert printed("--day", f"{before}") == f"{before}: 1 opened, 1 closed, 5 open.\n"


def test_today_is_a_sentence():
    with pytest.raises(CommandError, match="has not ended yet"):
        printed("--day", f"{timezone.now().date()}")
