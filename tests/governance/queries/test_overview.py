"""What needs attention now: figures from counters, work under way, what came from outside."""

import pytest
from django.db import connection
from django.utils import timezone

from governance.queries import overview
from governance.services.operations import plans, runner
from tests import make

pytestmark = pytest.mark.django_db


def parked(level=0, **given):
    facts = {"escalation_level": level, "escalated_at": timezone.now() if level else None}
    return make.error(make.CT, disposition="PARKED", **facts | given)


def test_figures_add_up_from_the_counters():
    make.errors(3, make.DOL)
    parked()
    make.error(make.URL)

    found = overview.backlog()

    assert (found.blocking, found.blocking_parked, found.blocking_retry, found.rows) == (4, 1, 3, 4)
    assert [(cause.code, cause.retry, cause.parked) for cause in found.causes] == [
        ("NO_MATCH", 3, 0),
        ("CT-M-NO-MX", 0, 1),
    ]
    assert next((owned.hub, owned.owner, owned.parked) for owned in found.owners) == (
        "Company Target (anchor)",
        "HUB-COMPANY-TARGET team",
        1,
    )


def test_outside_changes_of_today_are_grouped_by_transaction():
    errors = make.errors(2, make.DOL)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE governance_huberror SET owner = 'Somebody' WHERE id = ANY (%s)",
            [[error.pk for error in errors]],
        )

    found = overview.outside_changes(at=timezone.now())

    assert [(change["rows"], change["what"]) for change in found] == [(2, "UPDATE")]


def test_changes_through_the_console_are_not_outside_changes():
    operation = plans.make("park", errors=[make.error()], by=make.triager(), reason="DATA_QUALITY")

    runner.run(operation)

    assert overview.outside_changes(at=timezone.now()) == []
