"""`governance_jobs` prints what a run changed of each error table, and says what is wrong in a sentence."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from governance.models import ArchivedError, JobRun
from governance.services.jobs import locks
from tests import make

pytestmark = pytest.mark.django_db
LATER = (timezone.now() + timedelta(days=31)).isoformat()


def printed(*words) -> str:
    out = StringIO()
    call_command("governance_jobs", *words, stdout=out)
    return out.getvalue()


def test_it_prints_the_same_dry_and_for_real_and_nothing_twice():
    make.error()
    words = ("daily", "--now", LATER, "--json")

    dry, first, second = (json.loads(printed(*words, *more)) for more in (["--dry-run"], [], []))

    assert dry == first
    assert first["archive_expired_errors"][make.CT] == 1
    assert [sum(tables.values()) for tables in second.values()] == [0, 0, 0]
    assert JobRun.objects.filter(trigger="command").count() == 3


def test_it_tells_people_in_lines():
    make.error(retry_count=3)
    make.error(make.DOL, retry_count=5)

    said = printed("daily").splitlines()

    assert sum("2  Auto-park exhausted" in line for line in said) == 1
    assert [line.split() for line in said if "_errors" in line] == [["1", make.CT], ["1", make.DOL]]


@pytest.mark.parametrize("moment", ["yesterday", "2026-13-01T00:00:00", ""])
def test_a_moment_that_is_none_is_refused(moment):
    with pytest.raises(CommandError, match="no moment"):
        printed("daily", "--now", moment)


def test_what_is_deleted_for_good_is_never_deleted_ahead_of_the_clock():
    made = make.archived(retention_expires_at=timezone.now() + timedelta(days=1))

    foreseen = json.loads(printed("weekly", "--now", LATER, "--dry-run", "--json"))
    with pytest.raises(CommandError, match="never ahead of the clock"):
        printed("weekly", "--now", LATER)

    assert foreseen["cleanup_expired_archives"][make.CT] == 1
    assert list(ArchivedError.objects.all()) == [made]


def test_a_job_under_way_is_refused():
    with locks.held("governance"), pytest.raises(CommandError, match="runs already"):
        printed("daily")
