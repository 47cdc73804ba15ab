"""Opened gates by whether somebody has looked."""

import pytest
from django.utils import timezone

from governance.filters.gates import OpenedGateFilter
from governance.models import OpenedGate
from governance.services.jobs import runs
from outreach_admin.exceptions import BadRequest
from tests import make

pytestmark = pytest.mark.django_db


def test_gates_are_kept_by_whether_somebody_has_looked():
    run = runs.claim("daily", trigger="schedule", started_by="schedule")
    seen, left = (
        OpenedGate.objects.create(run=run, outreach=make.outreach(), opens_outreach=True)
        for _ in range(2)
    )
    looked = {"reviewed_by": make.triager(), "reviewed_at": timezone.now()}
    OpenedGate.objects.filter(pk=seen.pk).update(**looked)

    def kept(text: str) -> list[OpenedGate]:
        return list(OpenedGateFilter.from_text(text, OpenedGate.objects.all()).qs)

    assert (kept("reviewed=true"), kept("reviewed=false")) == ([seen], [left])
    assert kept("") == [seen, left]
    with pytest.raises(BadRequest):
        kept("reviewed=maybe")
