"""The file that the demo's past imports: what its check finds, and whom it holds."""

import csv
import io
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from governance.demo import population, provider_file
from governance.models import Readiness
from governance.resources import errors
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("backlog")]
LATEST = population.LATEST_ERROR


def lines() -> list[dict[str, str]]:
    text = provider_file.written(latest=LATEST).read().decode()
    return list(csv.DictReader(io.StringIO(text)))


def test_its_check_refuses_four_rows_each_for_a_reason_of_its_own():
    file = errors.check(
        provider_file.written(latest=LATEST),
        name=provider_file.NAME,
        by=make.triager(),
    )
    problems = [
        problem["column"]
        for row in file.staged.exclude(problems=None).order_by("number")
        for problem in row.problems
    ]

    assert (file.rows, file.good) == (68, 64)
    assert problems == ["error_id", "retry_count", "code", "created_at"]


def test_no_company_in_it_could_be_promoted_or_reset_without_it():
    found = {line["outreach_id"] for line in lines()}

    companies = Readiness.objects.filter(pk__in=found)

    assert companies.count() == provider_file.GOOD
    assert not companies.filter(dol_blocking=0).exists()
    assert not companies.filter(ct_status="failed").exists()


def test_its_errors_are_older_than_the_past_and_end_after_it():
    days = [
        (LATEST - timezone.datetime.fromisoformat(line["created_at"])) / timedelta(days=1)
        for line in lines()[: provider_file.GOOD]
    ]

    assert days == sorted(days)
    assert min(days) == 8 and 28.9 < max(days) <= 29


def test_two_kinds_of_errors_have_used_up_their_tries():
    kinds = Counter((line["code"], line["retry_count"]) for line in lines()[: provider_file.GOOD])

    assert kinds == {("PI-E301", "3"): 40, ("PI-E202", "2"): 24}


def test_it_is_the_same_every_time():
    assert lines() == lines()
    assert len({line["error_id"] for line in lines()}) == provider_file.GOOD + 1
