"""What a report compares before and after: it moves when the thing it stands for moves, and only then."""

import pytest

from governance.models import ApprovalPolicy, Outreach
from governance.queries.playbooks import snapshots
from tests import make

pytestmark = pytest.mark.django_db


def changed(before: dict) -> set[str]:
    after = snapshots.snapshot()
    assert set(before) == set(after)
    return {name for name in before if before[name] != after[name]}


def test_two_moments_without_a_change_between_them_are_equal():
    make.error(outreach=make.promotable())

    assert changed(snapshots.snapshot()) == set()


def test_a_changed_policy_shows():
    before = snapshots.snapshot()

    ApprovalPolicy.objects.filter(name="BULK-ROWS").update(is_active=False)

    assert changed(before) == {"policies"}


def test_a_new_id_shows_in_ids_tiers_and_reasons():
    before = snapshots.snapshot()

    make.outreach()

    assert {"ids", "tiers", "not_ready"} <= changed(before)
    assert "policies" not in changed(before)


def test_a_changed_error_is_no_change_of_rules_or_records():
    make.error(outreach=make.promotable(), retry_count=1)
    before = snapshots.snapshot()

    Outreach.objects.update(ein="12-3456789")
    make.error(outreach=None)

    assert changed(before) == set()


def test_reasons_for_not_being_ready_are_counted():
    make.target("pending")
    failed = make.target("failed")
    make.error(outreach=failed.outreach)
    make.outreach()

    assert snapshots.snapshot()["not_ready"] == {
        "ct_pending": 1,
        "ct_failed": 1,
        "ct_failed_blocked": 1,
        "no_ct_record": 1,
        "other": 0,
    }
