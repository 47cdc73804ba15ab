"""Readiness is made equal to its definition again."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from governance.exceptions import PolicyRefused
from governance.models import (
    CompanySlot,
    Event,
    Readiness,
    ReadinessCheck,
    ReadinessPolicy,
    Tier,
    TierTransition,
)
from governance.queries.readiness import drift as definition
from governance.services import readiness, snapshots
from tests import make, owner

pytestmark = pytest.mark.django_db


def test_only_rows_that_differ_are_rewritten():
    wrong, right = make.promotable(), make.promotable()
    owner.corrupts(wrong.pk, filled_slots=0, dol_blocking=4)

    assert readiness.rebuild() == 1

    assert definition.drift() == (0, [])
    found = Readiness.objects.in_bulk([wrong.pk, right.pk])
    assert all(row.promotable for row in found.values())


def test_where_nothing_differs_nothing_is_written():
    make.error(outreach=make.promotable())

    assert readiness.rebuild() == 0


def test_a_check_keeps_how_many_differ_and_which():
    make.promotable()
    wrong = make.promotable()
    owner.corrupts(wrong.pk, filled_slots=0)

    found = readiness.check()

    assert (found.differing, found.first) == (1, [wrong.pk])


def test_mending_is_noted_so_that_the_alarm_ends():
    owner.corrupts(make.promotable().pk, filled_slots=0)
    readiness.check()

    readiness.rebuild()

    assert ReadinessCheck.objects.latest("id").differing == 0


def test_another_policy_counts_every_company_anew():
    make.promotable()
    half = make.promotable()
    one = CompanySlot.objects.filter(outreach=half, is_filled=True).first()
    CompanySlot.objects.filter(pk=one.pk).update(is_filled=False)

    readiness.require(2, by=make.admin(username="keeper"), reason="Two people are enough.")

    assert set(Readiness.objects.values_list("required_slots", "people_done")) == {(2, True)}
    assert Readiness.objects.get(pk=make.outreach().pk).required_slots == 2
    assert definition.drift() == (0, [])
    last = TierTransition.objects.filter(outreach_id=half.pk).latest("id")
    assert (last.actor, last.is_promotable) == ("keeper", True)


def test_another_policy_is_in_the_history_with_its_reason():
    readiness.require(4, by=make.admin(username="keeper"), reason="Sales asks for four.")

    event = Event.objects.filter(subject_type="governance_readinesspolicy").latest("id")
    assert (event.action, event.actor, event.reason) == (
        "INSERT",
        "keeper",
        "Sales asks for four.",
    )
    assert event.after["required_slots"] == 4


def test_figures_before_and_after_another_policy_have_different_marks():
    make.promotable()
    before = snapshots.take(timezone.now().date()).definition
    began = timezone.now()

    readiness.require(4, by=make.admin(), reason="Sales asks for four.")
    readiness.require(3, by=make.admin(username="other"), reason="Three again.")

    after = snapshots.take(timezone.now().date())
    assert after.definition == before + 2
    assert definition.definition_at(began) == before
    assert after.figures.get().tier == Tier.ANCHOR_DONE


def test_what_holds_already_or_cannot_be_is_refused():
    person = make.admin()

    with pytest.raises(PolicyRefused, match="3 filled slots are asked for already"):
        readiness.require(3, by=person, reason="As before.")
    for slots in (0, 21):
        with pytest.raises(ValidationError):
            readiness.require(slots, by=person, reason="Impossible.")
    assert not ReadinessPolicy.objects.exists()
