"""What the list of opened gates shows."""

import pytest
from django.utils import timezone

from governance.models import OpenedGate
from governance.queries.jobs import stories
from governance.services.jobs import runs
from governance.tables.jobs.gates import OpenedGateTable
from tests import make
from tests.governance.tables import drawn

pytestmark = pytest.mark.django_db


def shown(gate: OpenedGate) -> dict[str, str]:
    found = stories.all_gates().get(pk=gate.pk)
    return {name: drawn.text(cell) for name, cell in drawn.row(OpenedGateTable, found).items()}


def test_a_gate_leads_to_its_company_and_run_and_says_who_has_looked():
    run = runs.claim("daily", trigger="schedule", started_by="schedule")
    company, person = make.promotable(), make.triager()
    gate = OpenedGate.objects.create(run=run, outreach=company, opens_outreach=False)

    before = shown(gate)
    OpenedGate.objects.update(reviewed_at=timezone.now(), reviewed_by=person)
    after = shown(gate)

    assert company.domain in before["company"] and str(company.pk) in before["company"]
    assert f"/jobs/runs/{run.pk}/" in before["run"] and before["opens"] == "all but Outreach"
    assert ("to review" in before["reviewed"], before["reviewer"]) == (True, "")
    assert "looked at" in after["reviewed"] and person.username in after["reviewer"]
