"""Readiness follows every change, also two at once."""

import random
import uuid
from threading import Barrier, Thread

import psycopg
import pytest
from django.db import connection

from governance.models import (
    BitScore,
    BlogContent,
    CompanySlot,
    CompanyTarget,
    DolFiling,
    HubError,
    Outreach,
    Person,
    Readiness,
)
from tests import make, owner
from tests.servers import RUNNING, SERVERS


def drift() -> list[object]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT outreach_id FROM governance.readiness_drift")
        return cursor.fetchall()


def populated() -> list[Outreach]:
    found = [make.promotable() for _ in range(6)]
    for on in found:
        make.blog(outreach=on)
        make.bit_score(outreach=on)
        make.person(outreach=on)
        make.error(make.CT, outreach=on)
        make.error(make.DOL, outreach=on)
        make.error(make.PEOPLE, outreach=on)
        make.error(make.URL, outreach=on)
    return found


def change_something(chance: random.Random) -> None:
    one = random.Random(chance.random()).choice
    chance.choice(
        [
            lambda: HubError.objects.filter(
                pk=one(list(HubError.objects.filter(disposition="RETRY")) or [HubError()]).pk
            ).update(disposition="ARCHIVED"),
            lambda: HubError.objects.filter(disposition="ARCHIVED").update(disposition="RETRY"),
            lambda: HubError.objects.filter(
                pk=one(list(HubError.objects.all()) or [HubError()]).pk
            ).delete(),
            lambda: CompanyTarget.objects.filter(
                pk=one(list(CompanyTarget.objects.all()) or [CompanyTarget()]).pk
            ).update(execution_status="failed"),
            lambda: CompanyTarget.objects.filter(
                pk=one(list(CompanyTarget.objects.all()) or [CompanyTarget()]).pk
            ).delete(),
            lambda: DolFiling.objects.filter(
                pk=one(list(DolFiling.objects.all()) or [DolFiling()]).pk
            ).update(ein=""),
            lambda: CompanySlot.objects.filter(slot_type=one(["CEO", "CFO", "HR"])).update(
                is_filled=chance.random() < 0.5
            ),
            lambda: BlogContent.objects.filter(
                pk=one(list(BlogContent.objects.all()) or [BlogContent()]).pk
            ).delete(),
            lambda: BitScore.objects.update(signal_count=chance.randint(0, 2)),
            lambda: Person.objects.update(email_verified=chance.random() < 0.5),
            lambda: make.error(make.CT, outreach=one(list(Outreach.objects.all()))),
            lambda: make.promotable(),
        ]
    )()


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(6))
def test_the_maintained_rows_equal_the_definition_after_any_changes(seed):
    chance = random.Random(seed)
    populated()

    for _ in range(25):
        change_something(chance)

    assert drift() == []


@pytest.mark.django_db
def test_a_rebuild_repairs_a_row_that_was_tampered_with():
    on = make.promotable()
    owner.corrupts(on.pk, dol_blocking=5)
    assert drift() == [(on.pk,)]

    with connection.cursor() as cursor:
        cursor.execute("SELECT governance.rebuild_readiness()")
        assert cursor.fetchone() == (1,)

    assert drift() == []


@pytest.mark.django_db
def test_tier_and_promotion_follow_the_seed():
    anchor, marketing, complete, campaign = (make.outreach() for _ in range(4))
    for on, confidence in (
        (anchor, "0.70"),
        (marketing, "0.85"),
        (complete, "0.85"),
        (campaign, "0.70"),
    ):
        make.target("ready", outreach=on, confidence_score=confidence)
    make.filing(outreach=complete), make.blog(outreach=complete), make.bit_score(outreach=complete)
    make.slots(3, outreach=campaign), make.person(outreach=campaign)

    tiers = [
        Readiness.objects.get(pk=on.pk).tier
        for on in (make.outreach(), anchor, marketing, complete, campaign)
    ]

    assert tiers == [
        "NOT_READY",
        "TIER_0_ANCHOR_DONE",
        "TIER_1_MARKETING_READY",
        "TIER_2_ENRICHMENT_COMPLETE",
        "TIER_3_CAMPAIGN_READY",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("table", [make.CT, make.DOL, make.PEOPLE])
def test_one_blocking_error_holds_a_company_back_and_clearing_it_lets_it_go(table):
    on = make.promotable()
    assert Readiness.objects.get(pk=on.pk).promotable

    error = make.error(table, outreach=on)
    assert not Readiness.objects.get(pk=on.pk).promotable

    HubError.objects.filter(pk=error.pk).update(disposition="ARCHIVED")
    assert Readiness.objects.get(pk=on.pk).promotable


def test_two_transactions_that_clear_two_blockers_at_once_both_count(committed_db):
    on = make.promotable()
    first, second = make.error(make.DOL, outreach=on), make.error(make.PEOPLE, outreach=on)
    both_changed = Barrier(2, timeout=20)

    def clear(error: HubError) -> None:
        with psycopg.connect(SERVERS.url(RUNNING, SERVERS.database)) as other:
            both_changed.wait()
            other.execute(
                "UPDATE governance_huberror SET disposition = 'ARCHIVED' WHERE id = %s", [error.pk]
            )

    threads = [Thread(target=clear, args=[error]) for error in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    row = Readiness.objects.get(pk=on.pk)
    assert (row.dol_blocking, row.people_blocking, row.promotable) == (0, 0, True)
    assert drift() == []


@pytest.mark.django_db
def test_an_id_that_comes_after_its_errors_counts_them():
    late = uuid.uuid4()
    HubError.objects.create(**make.error_columns(make.DOL, outreach=None) | {"outreach_id": late})

    make.outreach(outreach_id=late)

    assert Readiness.objects.get(pk=late).dol_blocking == 1
    assert drift() == []


@pytest.mark.django_db
def test_rows_that_change_their_company_count_at_the_new_one():
    old, new = make.promotable(), make.outreach()
    make.error(make.DOL, outreach=old)

    for model in (CompanyTarget, DolFiling, CompanySlot, HubError):
        model.objects.update(outreach=new)

    assert Readiness.objects.get(pk=old.pk).tier == "NOT_READY"
    row = Readiness.objects.get(pk=new.pk)
    assert (row.ct_done, row.dol_done, row.people_done, row.dol_blocking) == (True, True, True, 1)
    assert drift() == []


@pytest.mark.django_db
def test_an_error_table_that_moves_to_another_hub_takes_its_blockers_along():
    populated()
    blocked = Readiness.objects.filter(dol_blocking=1).count()

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE governance_errortable SET hub_id = 'HUB-PEOPLE' WHERE name = %s", [make.DOL]
        )

    assert blocked == 6
    assert Readiness.objects.filter(dol_blocking=0, people_blocking=2).count() == 6
    assert drift() == []
