"""`governance_backfill` gives older errors what new ones are filed with."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from governance.models import HubError
from tests import make

pytestmark = pytest.mark.django_db


def printed(*words) -> dict[str, int]:
    out = StringIO()
    call_command("governance_backfill", *words, "--json", stdout=out)
    return json.loads(out.getvalue())["backfill"]


def test_it_does_what_the_seed_says_once_and_leaves_alone_what_people_chose():
    limited, chosen = (
        make.error(code="RATE_LIMIT"),
        make.error(code="TIMEOUT", ttl_tier="LONG"),
    )
    used_up, done = make.error(retry_count=3), make.error(code="PI-E001")
    HubError.objects.filter(pk=done.pk).update(resolved_at=timezone.now() - timedelta(days=1))

    dry, first, second = printed("--dry-run"), printed(), printed()

    assert (dry, sum(first.values()), sum(second.values())) == (first, 3, 0)
    for row in (limited, chosen, used_up, done):
        row.refresh_from_db()
    assert (limited.ttl_tier, chosen.ttl_tier) == ("SHORT", "LONG")
    assert (used_up.park_reason, used_up.parked_by) == ("MAX_RETRIES_EXCEEDED", "job-backfill")
    assert done.disposition == "RESOLVED"
