"""The audit trail in its exchange format."""

from datetime import datetime

import pytest
from django.db import connection

from governance.models import ErrorTable, Event
from governance.reports import audit
from governance.services.operations import command_line
from tests import make
from tests.governance.reports.reported import begun


@pytest.mark.django_db
def test_an_audit_entry_has_the_shape_of_the_seed():
    run = begun()
    command_line.carry_out(run)
    operation = {operation.verb: operation for operation in run.operations.all()}

    found = {
        entry["action"]: entry
        for entry in audit.entries(
            Event.objects.filter(
                operation_id__in=[one.pk for one in run.operations.all()]
            ).order_by("id")
        )
    }

    retried = Event.objects.get(action="RETRY")
    assert (
        datetime.fromisoformat(found["RETRY"]["details"].pop("next_retry_at"))
        == retried.next_retry_at
    )
    assert found["RETRY"] == {
        "timestamp": retried.at.isoformat(),
        "action": "RETRY",
        "entity_type": "ct_error",
        "entity_id": str(retried.subject_id),
        "details": {
            "outreach_id": str(retried.outreach_id),
            "new_retry_count": 1,
            "operation_id": operation["retry"].pk,
            "actor": run.requester.username,
        },
    }
    assert {"reason": "NO_MX_AFTER_RETRIES", "retry_count": 2}.items() <= found["PARK"][
        "details"
    ].items()
    assert found["RESET"]["entity_type"] == "company_target"
    assert {"from": "failed", "to": "pending"}.items() <= found["RESET"]["details"].items()


@pytest.mark.django_db
def test_an_outside_change_is_attributed_to_the_database_user():
    error = make.error()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE governance_huberror SET disposition = 'RESOLVED', resolved_at = now() WHERE id = %s",
            [error.pk],
        )
        cursor.execute("SELECT session_user")
        user = cursor.fetchone()[0]

    (entry,) = audit.entries(Event.objects.filter(action="RESOLVE"))

    assert entry["details"]["actor"] == user
    assert entry["details"]["operation_id"] is None


@pytest.mark.django_db
def test_every_table_and_the_company_targets_have_a_name_in_the_trail():
    found = audit.entity_types()

    assert found[audit.TARGET] == "company_target"
    assert found[make.DOL] == "dol_error"
    assert set(found) == {*ErrorTable.objects.values_list("name", flat=True), audit.TARGET}


@pytest.mark.django_db
def test_what_has_no_id_is_named_by_its_key_and_what_has_no_name_as_it_is_stored():
    (entry,) = audit.entries(
        Event.objects.filter(subject_type="governance_hub", subject_key="HUB-DOL")
    )

    assert (entry["entity_type"], entry["entity_id"]) == ("governance_hub", "HUB-DOL")
