"""The story of an error: what changed it, and who planned to."""

import pytest
from django.db import connection

from governance.models import HubError
from governance.queries.errors import timeline
from governance.services.operations import plans
from governance.services.operations.runner import run
from tests import make

pytestmark = pytest.mark.django_db


def words(error: HubError) -> list[str]:
    return [moment.words for moment in timeline.of_error(error.pk)]


def outside(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_an_operation_is_told_with_actor_number_and_reason():
    error = make.error()
    ops = make.triager(first_name="Nadia", last_name="Okafor")
    operation = plans.make("park", errors=[error], by=ops, reason="DATA_QUALITY")
    run(operation)

    newest = timeline.of_error(error.pk)[0]

    assert (newest.words, newest.actor, newest.operation) == (
        "Parked",
        "Nadia Okafor",
        operation.pk,
    )
    assert newest.facts == ("RETRY → PARKED", "reason DATA_QUALITY")


def test_a_plan_that_waits_is_told_too():
    error = make.error()
    operation = plans.make("retry", errors=[error], by=make.triager())

    newest = timeline.of_error(error.pk)[0]

    assert (newest.words, newest.operation, newest.facts) == (
        "Retry planned",
        operation.pk,
        ("operation planned",),
    )


def test_a_refused_row_says_why_it_was_left_alone():
    error = make.error(disposition="PARKED")
    plans.make("park", errors=[error, make.error()], by=make.triager(), reason="DATA_QUALITY")

    newest = timeline.of_error(error.pk)[0]

    assert (newest.words, newest.facts) == ("Park left alone", ("already parked",))


def test_an_applied_row_is_told_once():
    error = make.error()
    run(plans.make("retry", errors=[error], by=make.triager()))

    assert words(error) == ["Queued for a further try", "Created by outreach_app"]


def test_outside_changes_of_one_transaction_are_one_moment():
    error = make.error()
    outside(f"UPDATE governance_huberror SET severity = 'LOW' WHERE id = '{error.pk}'")
    outside(f"UPDATE governance_huberror SET owner = 'Somebody' WHERE id = '{error.pk}'")

    (moment,) = timeline.of_error(error.pk)

    assert "outreach_app" in moment.words and not moment.actor
    assert {"severity: HIGH → LOW", "owner: HUB-COMPANY-TARGET team → Somebody"} <= set(
        moment.facts
    )
    assert moment.facts[-1].startswith("transaction ")


def test_others_are_not_told():
    error, other = make.error(), make.error()
    run(plans.make("retry", errors=[other], by=make.triager()))

    assert len(timeline.of_error(error.pk)) == 1
