"""The end of retention: done, refused, audited, permitted, and never undone."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from governance.exceptions import StateRefused
from governance.models import ArchivedError, Event, PurgeConsent, Schedule
from governance.queries.operations import outcomes
from governance.services.operations import plans, runner, undos
from governance.verbs.registry import VERBS
from tests import make
from tests.governance import facts
from tests.governance.verbs.promises import Case, EveryVerb

AT = datetime(2026, 6, 1, tzinfo=UTC)
OVER = {"retention_expires_at": AT}


def purged_by(row, **given):
    operation = plans.make("purge", errors=[row], by=make.manager(), at=AT, **given)
    if operation.eligible:
        runner.run(operation)
    return operation


class TestPurge(EveryVerb):
    cases = (
        Case(
            "purge",
            asked={"at": AT},
            before=OVER,
            after={},
            refused=OVER
            | {"held_at": timezone.now(), "held_by": "counsel", "hold_reason": "Matter 17"},
            because="under legal hold",
            row=make.archived,
            becomes=ArchivedError,
            who=make.manager,
        ),
    )

    def test_it_changes_an_eligible_row_as_it_says(self, case):
        row = case.row(**case.before)

        operation = purged_by(row)

        assert facts.outcomes(operation) == {row.pk: ("applied", None)}
        assert not ArchivedError.objects.exists()

    def test_a_sample_says_what_the_row_becomes(self, case):
        row, verb = case.row(**case.before), VERBS[case.verb]

        said = outcomes.said(verb.model, verb.shows, verb.then(row, {}))

        assert said == "deleted"

    def test_undo_gives_a_row_back_as_it_was(self, case):
        """It does not: its events keep the row, and nothing brings it back."""
        operation = purged_by(case.row(**case.before, message="as it was"))

        with pytest.raises(StateRefused, match="nothing brings them back"):
            undos.plan(operation, by=operation.requester)

        assert Event.objects.get(operation_id=operation.pk).before["message"] == "as it was"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "because"),
    [
        ({"retention_expires_at": AT + timedelta(seconds=1)}, "its retention has not ended"),
        ({"retention_expires_at": AT - timedelta(days=900)}, None),
    ],
)
def test_a_row_goes_in_the_second_in_which_its_retention_ends(given, because):
    row = make.archived(**given)

    operation = purged_by(row)

    assert operation.refusals == ({because: 1} if because else {})
    assert ArchivedError.objects.exists() is bool(because)


@pytest.mark.django_db
def test_no_policy_stops_it_and_no_row_goes_without_a_standing_approval():
    row = make.archived(**OVER)
    make.policy(name="EVERYTHING", over_rows=0)
    operation = plans.make("purge", errors=[row], by=make.manager(), at=AT)

    PurgeConsent.objects.update(voided_at=timezone.now(), voided_by="somebody")
    runner.run(operation)

    assert operation.gate is None
    assert facts.outcomes(operation) == {row.pk: ("skipped", "changed since plan")}
    assert purged_by(row).refusals == {"its table has no standing approval for deletion": 1}


@pytest.mark.django_db
def test_a_table_that_the_schedule_leaves_out_is_refused_by_that_reason():
    row = make.archived(**OVER)
    Schedule.objects.in_force().filter(job="weekly").update(leaves_out=[make.CT])

    assert purged_by(row).refusals == {"the schedule of the clean-up leaves its table out": 1}
