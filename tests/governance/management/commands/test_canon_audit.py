"""`canon_audit` records what the audit finds, and says what it found."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from governance.models import Event, Violation
from tests import make
from tests.governance.queries.canon.test_suspects import HUNTER, MX, NOW, call

pytestmark = pytest.mark.django_db


def printed(*command: str) -> str:
    out = StringIO()
    call_command("canon_audit", *command, stdout=out)
    return out.getvalue()


def test_a_dry_run_says_what_would_be_recorded_and_a_run_records_it_once():
    call(HUNTER, since=60, took=1, passed=False)
    call(MX, since=60)

    tried = json.loads(printed("--dry-run", "--json"))

    assert tried["dry_run"] and not Violation.objects.exists()
    assert tried["found"] == {"V-SCOPE-002": 1, "V-TYPE-002": 0, "V-TYPE-003": 1}
    assert json.loads(printed("--json"))["total"] == 2
    assert Event.objects.filter(action="violation.recorded", channel="command line").count() == 2
    assert printed().endswith("0 violations recorded.\n")


def test_cases_past_their_time_are_told():
    make.violation(at=NOW - timedelta(days=8))

    assert json.loads(printed("--json"))["overdue"] == {"open": 1, "holding": 1}
    assert printed().endswith("1 open case past due, 1 of a company.\n")


def test_in_words_each_code_says_what_it_means():
    call(HUNTER, since=60)

    said = printed("--dry-run")

    assert "V-TYPE-002        1  ENRICH without audit trail" in said
    assert said.endswith("1 violation would be recorded.\n")
