"""Counters of tries were small numbers: what stood then stands after, and more fits."""

from django.core.management import call_command
from django.utils import timezone

from governance.models import ArchivedError, ErrorCount, HubError
from tests import make
from tests.outreach_admin.db import schema

FACTS = ("pk", "retry_count", "max_retries", "escalation_level", "retry_exhausted", "version")


def facts():
    return [sorted(model.objects.values_list(*FACTS)) for model in (HubError, ArchivedError)]


def migrate(*to):
    call_command("migrate", *to, interactive=False, verbosity=0)


def test_counters_pass_from_small_numbers_to_whole_ones(committed_db):
    error = make.error(retry_count=2, max_retries=5)
    now = timezone.now()
    make.error(disposition="PARKED", escalation_level=3, escalated_at=now)
    make.archived(retry_count=1)
    before = facts(), schema.texts()

    migrate("governance", "0054_spent_errors")
    assert facts() == before[0]
    migrate()

    assert (facts(), schema.texts()) == before
    HubError.objects.filter(pk=error.pk).update(retry_count=40_000)
    error.refresh_from_db()
    assert (error.retry_count, error.retry_exhausted) == (40_000, True)
    assert ErrorCount.objects.filter(retry_count=40_000).get().rows == 1
