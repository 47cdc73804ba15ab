"""A verb that the error table no longer allows is refused as a whole, at once, with the reason."""

import io
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.models import ApprovalPolicy, Disposition, ErrorTable, Operation
from governance.resources import errors
from governance.services.files import imports
from governance.services.operations import plans, runner, steering, undos
from governance.services.operations.sql import refusals
from governance.verbs.registry import VERBS
from tests import make
from tests.governance import facts

pytestmark = pytest.mark.django_db
NEEDING = {
    "park": {"reason": "DATA_QUALITY"},
    "unpark": {},
    "retry": {},
    "resolve": {"note": "fixed"},
    "ignore": {"note": "noise"},
    "archive": {"reason": "MANUAL"},
}


@pytest.fixture(autouse=True)
def all_is_allowed():
    """Nothing needs approval, and the table of the errors allows every disposition."""
    ApprovalPolicy.objects.update(is_active=False)
    ErrorTable.objects.filter(pk=make.CT).update(allowed_dispositions=list(Disposition))


def no_longer(disposition, *, table=make.CT):
    policy = ErrorTable.objects.get(pk=table)
    policy.allowed_dispositions.remove(disposition)
    if policy.default_disposition == disposition:
        policy.default_disposition = policy.allowed_dispositions[0]
    policy.save()


def planned(verb, rows):
    return plans.make(verb, errors=rows, by=make.triager(), **NEEDING[verb])


@pytest.mark.parametrize("verb", NEEDING)
def test_rows_of_a_table_that_forbids_it_since_the_plan_are_refused_in_one_step(verb):
    rows = make.errors(30, disposition="PARKED" if verb == "unpark" else "RETRY")
    operation = planned(verb, rows)
    needs = VERBS[verb].needs
    no_longer(needs)

    with CaptureQueriesContext(connection) as asked:
        runner.run(operation)

    reason = f"its error table does not allow {needs.value}"
    assert set(facts.outcomes(operation).values()) == {("skipped", reason)}
    assert (operation.state, operation.skipped) == ("done", 30)
    assert operation.steps.filter(kind="refused rows").count() == 1
    assert sum("WITH batch" in query["sql"] for query in asked) == 1
    assert facts.adds_up(operation)


def test_rows_of_other_tables_go_on():
    parkable, forbidden = make.errors(3, make.DOL), make.errors(3)
    operation = planned("park", [*parkable, *forbidden])
    no_longer("PARKED")

    runner.run(operation)

    assert facts.applied(operation) == {row.pk for row in parkable}
    assert operation.skipped == 3


def test_a_policy_that_changes_under_way_stops_what_is_left():
    operation = planned("park", make.errors(30))
    Operation.objects.filter(pk=operation.pk).update(chunk_rows=10)
    steering.start(operation, by=operation.requester)
    runner.run_chunk(operation.pk)
    no_longer("PARKED")

    runner.finish(operation)

    assert (operation.applied, operation.skipped) == (10, 20)


def test_an_undo_is_refused_for_rows_whose_table_forbids_where_they_were():
    operation = planned("park", make.errors(30))
    runner.run(operation)
    no_longer("RETRY")
    undo = undos.plan(operation, by=operation.requester)

    runner.run(undo)

    assert set(facts.outcomes(undo).values()) == {
        ("skipped", "its error table does not allow RETRY")
    }
    assert undo.steps.filter(kind="refused rows").count() == 1


def test_a_verb_that_leaves_the_disposition_is_refused_where_the_row_s_own_is_forbidden():
    operation = plans.make(
        "assign", errors=make.errors(5), by=make.triager(), owner="Platform team"
    )
    no_longer("RETRY")

    runner.run(operation)

    assert set(facts.outcomes(operation).values()) == {
        ("skipped", "its error table does not allow RETRY")
    }


def test_an_import_is_refused_for_rows_whose_table_forbids_what_they_say():
    by = make.triager()
    lines = [f"{uuid.uuid4()},{make.CT},CT-M-NO-MX,a,IGNORE" for _ in range(20)]
    raw = "\n".join(["error_id,error_table,code,message,disposition", *lines])
    file = errors.check(io.BytesIO(raw.encode()), name="errors.csv", by=by)
    operation = imports.plan(file, by=by)
    no_longer("IGNORE")

    runner.run(operation)

    assert (operation.applied, operation.skipped, operation.state) == (0, 20, "done")


def test_the_tables_that_refuse_are_those_of_what_the_verb_needs():
    assert refusals.tables(VERBS["assign"]) == []
    assert make.CT not in refusals.tables(VERBS["park"])

    no_longer("PARKED")

    assert make.CT in refusals.tables(VERBS["park"])
