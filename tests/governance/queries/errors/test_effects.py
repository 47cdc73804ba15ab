"""Effects of groups: counted from rows, written and read back."""

from datetime import UTC, datetime, timedelta

import pytest

from governance.models import HubError
from governance.queries.errors import effects
from tests import make

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 2, 2, 12, tzinfo=UTC)


def counted() -> effects.Effect:
    (effect,) = effects.counted(HubError.objects.all(), ["owner"], at=NOON).values()
    return effect


def test_companies_that_stay_shut_are_told_by_what_is_not_done_first():
    anchorless, ready = make.outreach(), make.outreach()
    make.target("ready", outreach=ready)
    without_people = make.outreach()
    make.target("ready", outreach=without_people)
    make.filing(outreach=without_people)
    for company in (anchorless, ready, without_people, make.promotable()):
        make.error(outreach=company)

    effect = counted()

    assert (effect.last_blocker, effect.gates, effect.missing) == (4, 1, (1, 1, 1))


def test_a_company_that_something_else_blocks_is_missing_nothing():
    company = make.outreach()
    make.error(outreach=company, owner="x")
    make.error(outreach=company, owner="y")

    found = effects.counted(HubError.objects.all(), ["owner"], at=NOON)

    assert [effect.missing for effect in found.values()] == [(0, 0, 0)] * 2


def test_tries_are_queued_where_no_row_of_them_is_due():
    soon, later = NOON + timedelta(minutes=5), NOON + timedelta(hours=1)
    make.error(retry_count=0, next_retry_at=soon)
    make.error(retry_count=0)
    make.error(retry_count=1, next_retry_at=later)
    make.error(retry_count=1, next_retry_at=soon)
    make.error(retry_count=1, next_retry_at=None, disposition="PARKED")
    make.error(retry_count=2, next_retry_at=NOON - timedelta(minutes=5))

    effect = counted()

    assert effect.queued == {1: soon}
    assert effect.queued_at(NOON) == {0: False, 1: True}
    assert effect.queued_at(soon) == {1: False}
    assert effect.queued_at(later) == {}


def test_rows_of_several_days_are_queued_together():
    for days in (1, 2):
        make.error(created_at=NOON - timedelta(days=days), next_retry_at=NOON + timedelta(days=1))
    assert counted().queued == {0: NOON + timedelta(days=1)}

    make.error(created_at=NOON - timedelta(days=3))

    assert counted().queued == {}


def test_an_effect_is_read_back_as_it_was_written():
    make.error(outreach=make.outreach(), next_retry_at=NOON + timedelta(hours=1))
    effect = counted()

    read = effects.effect_of(effects.facts_of(effect), NOON)

    assert {name: getattr(read, name) for name in effects.KEPT} == {
        name: getattr(effect, name) for name in effects.KEPT
    }
    assert (effect.queued, read.counted_at) == ({0: NOON + timedelta(hours=1)}, NOON)


def test_what_another_version_wrote_is_not_read():
    make.error()
    facts = effects.facts_of(counted())
    del facts["missing"]

    assert effects.effect_of(facts, NOON) is None
