"""What operations and their rows can be filtered by."""

from types import SimpleNamespace

import pytest
from django.http import QueryDict
from django.utils.http import urlencode

from governance.filters.operations import (
    EFFECTS,
    UNDO_GROUPS,
    ItemFilter,
    OperationFilter,
    verb_choices,
)
from governance.models import HubError, Operation
from governance.queries.companies import forecasts
from governance.queries.operations import effects, undo_groups
from governance.services.operations import plans, runner
from outreach_admin.exceptions import BadRequest
from tests import make

pytestmark = pytest.mark.django_db


def listed(**given: object) -> set[Operation]:
    text = urlencode(given, doseq=True)
    return set(OperationFilter.from_text(text, Operation.objects.all()).qs)


def rows(operation: Operation, text: str) -> set:
    match = SimpleNamespace(kwargs={"pk": operation.pk})
    request = SimpleNamespace(resolver_match=match)
    found = ItemFilter(QueryDict(text), operation.items.all(), request=request)
    return set(found.qs.values_list("subject_id", flat=True))


def test_operations_are_found_by_what_they_are():
    ops = make.triager(username="ops")
    park = make.operation(requester=ops, gate="BULK-ROWS")
    undo = make.operation(kind="undo", undoes=park, verb="park", state="done")

    assert listed(requester="ops") == listed(gate="BULK-ROWS") == listed(kind="verb") == {park}
    assert listed(state=["nothing_to_do", "failed"]) == listed(kind="undo") == {undo}
    assert listed(verb="park") == {park, undo}
    assert listed(created_before=park.created_at.isoformat()) == set()
    assert listed(requester="somebody") == set()


def test_verbs_that_are_called_the_same_say_what_they_are_done_to():
    labels = [label for _, label in verb_choices()]

    assert len(labels) == len(set(labels)) and {"Park errors", "Park violations"} <= set(labels)
    assert "Reset" in labels


def test_a_value_that_ends_in_a_blank_selects_its_own_rows():
    plain, padded = make.operation(gate="BULK-ROWS"), make.operation(gate="BULK-ROWS ")

    assert listed(gate="BULK-ROWS ") == {padded}
    assert listed(gate="BULK-ROWS") == {plain}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("state=happy", "state"),
        ("verb=explode", "verb"),
        ("kind=x", "kind"),
        ("created_after=soon", "created_after"),
        ("requester=a&requester=b", "requester"),
        ("colour=red", "colour"),
    ],
)
def test_what_operations_do_not_have_is_refused(text, key):
    with pytest.raises(BadRequest, match=f"“{key}”"):
        OperationFilter.from_text(text, Operation.objects.all())


def test_rows_are_found_by_outcome_reason_and_effect():
    fine, parked = make.error(), make.error(disposition="PARKED")
    make.error(outreach=parked.outreach)
    operation = plans.make("park", errors=[fine, parked], by=make.triager(), reason="DATA_QUALITY")

    assert rows(operation, "outcome=planned") == {str(fine.pk)}
    assert rows(operation, "reason=already+parked") == {str(parked.pk)}
    assert rows(operation, "effect=blocking_rows") == {str(fine.pk)}
    assert rows(operation, "outcome=skipped&effect=blocking_rows") == set()


def test_rows_are_found_by_what_an_undo_would_do_now():
    back, changed = make.errors(2)
    operation = plans.make("park", errors=[back, changed], by=make.triager(), reason="DATA_QUALITY")
    runner.run(operation)
    HubError.objects.filter(pk=changed.pk).update(owner="Somebody")

    assert rows(operation, "undo=reverted") == {str(back.pk)}
    assert rows(operation, "undo=changed_since") == {str(changed.pk)}


def test_subjects_that_know_no_rows_behind_a_figure_show_none():
    operation = plans.make("reset", errors=[make.target("failed")], by=make.triager())

    assert rows(operation, "effect=companies") == set()


def test_rows_are_found_by_their_error_table_and_other_subjects_have_none():
    first, second = make.error(), make.error(make.DOL)
    operation = plans.make("park", errors=[first, second], by=make.triager(), reason="DATA_QUALITY")
    reset = plans.make("reset", errors=[make.target("failed")], by=make.triager())

    assert rows(operation, f"error_table={make.CT}") == {str(first.pk)}
    assert rows(operation, f"error_table={make.CT}&error_table={make.DOL}&outcome=planned") == {
        str(first.pk),
        str(second.pk),
    }
    assert rows(operation, "error_table=no") == rows(reset, f"error_table={make.CT}") == set()


def test_every_figure_and_group_can_be_asked_for():
    assert set(EFFECTS) == {*effects.FIGURES, *forecasts.FIGURES}
    assert set(UNDO_GROUPS) == set(undo_groups.GROUPS)


def test_rows_are_found_by_whether_they_can_still_be_done():
    left, mended = make.errors(2)
    operation = plans.make("park", errors=[left, mended], by=make.triager(), reason="DATA_QUALITY")
    HubError.objects.filter(pk=mended.pk).update(
        **make.paired_facts("PARKED"), disposition="PARKED"
    )

    assert rows(operation, "left=1") == {str(left.pk)}
    assert rows(operation, "") == {str(left.pk), str(mended.pk)}


def test_rows_that_changed_since_the_plan_are_found():
    changed, *others = make.errors(3)
    done = make.error(disposition="PARKED")
    operation = plans.make(
        "park", errors=[changed, *others, done], by=make.triager(), reason="DATA_QUALITY"
    )
    HubError.objects.filter(pk__in=[changed.pk, done.pk]).update(owner="Somebody")

    assert rows(operation, "since=changed") == {str(changed.pk)}
    with pytest.raises(BadRequest):
        rows(operation, "since=always")
