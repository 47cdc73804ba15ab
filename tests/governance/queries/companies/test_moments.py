"""What happened to a company, in words."""

from uuid import uuid4

import pytest
from django.db import connection

from governance.models import Event, HubError, TierTransition
from governance.queries.companies import moments
from governance.services.operations import plans, runner
from tests import make

pytestmark = pytest.mark.django_db


def plain(statement: str, *values) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def last(spine, names=None) -> moments.Moment:
    event = Event.objects.annotate(**moments.codes()).filter(outreach_id=spine.pk).latest("id")
    return moments.of_event(event, names or {})


def transition(**given) -> moments.Moment:
    one = TierTransition(outreach_id=uuid4(), txid=1, **given)
    return moments.of_transition(one, {})


def test_a_hub_row_changed_by_plain_sql_says_what_differs_and_whose_hand_it_was():
    target = make.target("failed")
    plain("UPDATE governance_companytarget SET execution_status = 'blocked', is_catchall = true")

    found = last(target.outreach)

    assert (found.what, found.words) == ("Company target", "changed")
    assert found.facts == ("status: failed → blocked", "is catchall: none → True")
    assert found.actor.endswith(", outside change")
    assert found.operation is None


def test_a_row_of_several_is_told_by_what_tells_it():
    slot = make.slots(1)[0]
    plain("UPDATE governance_companyslot SET is_filled = false WHERE is_filled")

    found = last(slot.outreach)

    assert (found.what, found.name, found.facts) == ("Slot", "CEO", ("filled: True → False",))


def test_an_operation_is_named_with_the_person_behind_it():
    error = make.error()
    ops = make.triager(first_name="Nadia", last_name="Okafor")
    operation = plans.make("park", errors=[error], by=ops, reason="DATA_QUALITY")
    runner.run(operation)

    found = last(error.outreach, {ops.username: "Nadia Okafor"})

    assert (found.what, found.name, found.words) == ("Error", "CT-M-NO-MX", "parked")
    assert (found.actor, found.account) == ("Nadia Okafor", ops.username)
    assert (found.operation, found.error, found.place) == (operation.pk, error.pk, moments.LIVE)
    assert found.facts == ("RETRY → PARKED", "reason DATA_QUALITY")


def test_an_error_is_led_to_where_it_is_now():
    live, gone = make.error(), make.error()
    HubError.objects.filter(pk=gone.pk).delete()
    kept = make.archived()
    Event.objects.create(
        txid=1,
        db_user="x",
        action="ARCHIVE",
        subject_type=make.CT,
        subject_id=kept.pk,
        outreach_id=kept.outreach_id,
    )

    assert last(live.outreach).place == moments.LIVE
    assert last(kept.outreach).place == moments.ARCHIVED
    assert (last(gone.outreach).place, last(gone.outreach).name) == ("", "CT-M-NO-MX")


def test_the_sovereign_id_is_told_to_nobody():
    spine = make.outreach()
    plain("UPDATE governance_outreach SET sovereign_id = gen_random_uuid(), domain = 'new.example'")

    found = last(spine)

    assert found.facts == (f"domain: {spine.domain} → new.example",)


def test_a_change_of_tier_says_from_where_to_where_and_what_lacks():
    found = transition(
        from_tier="NOT_READY",
        to_tier="TIER_0_ANCHOR_DONE",
        from_reason="CT_FAILED",
        to_reason="",
        was_promotable=False,
        is_promotable=True,
    )

    assert (found.what, found.words) == ("Tier", "NOT_READY → TIER_0_ANCHOR_DONE")
    assert found.facts == (
        "lacks: company target failed → nothing",
        "may be promoted to Outreach",
    )


def test_a_change_within_a_tier_says_so():
    found = transition(
        from_tier="NOT_READY",
        to_tier="NOT_READY",
        from_reason="CT_PENDING",
        to_reason="UNHEARD_OF",
        was_promotable=True,
        is_promotable=False,
    )

    assert (found.what, found.words) == ("Standing", "changed within NOT_READY")
    assert found.facts == (
        "lacks: company target pending → UNHEARD_OF",
        "may no longer be promoted to Outreach",
    )


def test_a_company_begins_and_ends():
    assert transition(to_tier="NOT_READY", to_reason="CT_MISSING").words == "begins as NOT_READY"
    assert transition(from_tier="NOT_READY", from_reason="").words == "ends as NOT_READY"
