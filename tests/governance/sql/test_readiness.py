"""Readiness follows its definition, whatever changes the rows it counts."""

import random
import threading
import time
import uuid
from collections.abc import Callable

import psycopg
import pytest
from django.db import connection
from django.db.models import F

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
from tests import make
from tests.servers import RUNNING, SERVERS


def drift() -> list[uuid.UUID]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT outreach_id FROM governance.readiness_drift")
        return [found for (found,) in cursor.fetchall()]


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_it_never_drifts_through_any_mix_of_statements(seed):
    chance = random.Random(seed)
    ids = [make.outreach() for _ in range(6)]
    for _ in range(60):
        step = chance.choice(STEPS)

        step(chance, ids)

        assert drift() == [], step.__name__


def put_target(chance: random.Random, ids: list[Outreach]) -> None:
    on = chance.choice(ids)
    CompanyTarget.objects.filter(outreach=on).delete()
    make.target(chance.choice(["ready", "failed", "pending", "blocked"]), outreach=on)


def change_targets(chance: random.Random, ids: list[Outreach]) -> None:
    CompanyTarget.objects.filter(outreach__in=chance.sample(ids, 3)).update(
        execution_status=chance.choice(["ready", "pending"]),
        email_method=chance.choice([None, "first"]),
        confidence_score=chance.choice([None, "0.5", "0.9"]),
    )


def put_filing(chance: random.Random, ids: list[Outreach]) -> None:
    make.filing(outreach=chance.choice(ids), ein=chance.choice([None, "", "12-3456789"]), filing_present=chance.choice([True, False, None]))


def change_filings(chance: random.Random, ids: list[Outreach]) -> None:
    DolFiling.objects.filter(outreach=chance.choice(ids)).update(outreach=chance.choice(ids), filing_present=chance.choice([True, False]))


def put_slots(chance: random.Random, ids: list[Outreach]) -> None:
    on = chance.choice(ids)
    CompanySlot.objects.filter(outreach=on).delete()
    make.slots(chance.randint(0, 3), outreach=on)


def change_slots(chance: random.Random, ids: list[Outreach]) -> None:
    CompanySlot.objects.filter(slot_type=chance.choice(make.SLOTS)).update(is_filled=chance.choice([True, False]))


def put_blog_and_score(chance: random.Random, ids: list[Outreach]) -> None:
    on = chance.choice(ids)
    make.blog(outreach=on)
    BitScore.objects.filter(outreach=on).delete()
    make.bit_score(outreach=on, score=chance.choice([None, 50]), signal_count=chance.choice([0, 3]))


def drop_hub_rows(chance: random.Random, ids: list[Outreach]) -> None:
    chance.choice([BlogContent, BitScore, Person, DolFiling, CompanyTarget, HubError]).objects.filter(outreach__in=chance.sample(ids, 2)).delete()


def put_person(chance: random.Random, ids: list[Outreach]) -> None:
    make.person(outreach=chance.choice(ids), email_verified=chance.choice([True, False]))
    Person.objects.filter(outreach=chance.choice(ids)).update(email_verified=chance.choice([True, False]))


def put_errors(chance: random.Random, ids: list[Outreach]) -> None:
    make.errors(chance.randint(1, 4), chance.choice(list(make.CODES)), outreach=chance.choice([None, *ids]))


def block_or_not(chance: random.Random, ids: list[Outreach]) -> None:
    HubError.objects.filter(outreach__in=chance.sample(ids, 3)).update(blocks=chance.choice([True, False]))


def park_errors(chance: random.Random, ids: list[Outreach]) -> None:
    HubError.objects.filter(outreach__in=chance.sample(ids, 3), disposition="RETRY", error_table__blocks_promotion=True).update(
        disposition="PARKED", parked_at=F("created_at"), parked_by="somebody", park_reason="DATA_QUALITY"
    )


def resolve_errors(chance: random.Random, ids: list[Outreach]) -> None:
    HubError.objects.filter(outreach__in=chance.sample(ids, 3), disposition__in=["RETRY", "PARKED"]).update(disposition="RESOLVED", resolved_at=F("created_at"))


def move_errors(chance: random.Random, ids: list[Outreach]) -> None:
    HubError.objects.filter(outreach=chance.choice(ids)).update(outreach=chance.choice([None, *ids]))


def come_late(chance: random.Random, ids: list[Outreach]) -> None:
    late = uuid.UUID(int=chance.getrandbits(128))
    HubError.objects.create(**make.error_columns(make.CT, outreach=None) | {"outreach_id": late})
    ids.append(make.outreach(outreach_id=late))


STEPS: list[Callable[[random.Random, list[Outreach]], None]] = [
    put_target, change_targets, put_filing, change_filings, put_slots, change_slots, put_blog_and_score, drop_hub_rows,
    put_person, put_errors, block_or_not, park_errors, resolve_errors, move_errors, come_late,
]  # fmt: skip


@pytest.mark.django_db
def test_a_company_target_moved_to_another_id_leaves_the_first_without():
    first, second = make.outreach(), make.outreach()
    make.target("ready", outreach=first)

    CompanyTarget.objects.update(outreach=second)

    assert drift() == []
    assert (Readiness.objects.get(pk=first.pk).tier, Readiness.objects.get(pk=second.pk).tier) == ("NOT_READY", "TIER_0_ANCHOR_DONE")


@pytest.mark.django_db
def test_tiers_take_the_first_that_fits_from_the_top():
    anchor, marketing, complete, campaign = (make.outreach() for _ in range(4))
    for on in (anchor, complete, campaign):
        make.target("ready", outreach=on)
    make.target("ready", outreach=marketing, confidence_score="0.80")
    for on in (complete, campaign):
        make.filing(outreach=on)
        make.blog(outreach=on)
        make.bit_score(outreach=on)
    make.slots(3, outreach=campaign)
    make.person(outreach=campaign)

    tiers = Readiness.objects.in_bulk()

    assert [tiers[on.pk].tier for on in (anchor, marketing, complete, campaign)] == [
        "TIER_0_ANCHOR_DONE",
        "TIER_1_MARKETING_READY",
        "TIER_2_ENRICHMENT_COMPLETE",
        "TIER_3_CAMPAIGN_READY",
    ]


@pytest.mark.django_db
def test_rebuild_repairs_what_was_written_over():
    on = make.promotable()
    Readiness.objects.filter(pk=on.pk).update(filled_slots=0, ct_blocking=7)
    assert drift() == [on.pk]

    with connection.cursor() as cursor:
        cursor.execute("SELECT governance.rebuild_readiness()")
        assert cursor.fetchone() == (1,)

    assert drift() == [] and Readiness.objects.get(pk=on.pk).promotable


RESOLVE = "UPDATE governance_huberror SET disposition = 'RESOLVED', resolved_at = now() WHERE error_table = '{table}'"
REOPEN = "UPDATE governance_huberror SET disposition = 'RETRY' WHERE error_table = '{table}'"
WRITERS = {
    "dol errors": [RESOLVE.format(table=make.DOL), REOPEN.format(table=make.DOL)],
    "ct errors": [RESOLVE.format(table=make.CT), REOPEN.format(table=make.CT)],
    "targets": [f"UPDATE governance_companytarget SET execution_status = '{status}'" for status in ("pending", "failed")],
    "slots": [f"UPDATE governance_companyslot SET is_filled = {filled} WHERE slot_type = 'CEO'" for filled in (True, False)],
}


@pytest.mark.parametrize("pair", [("dol errors", "ct errors"), ("dol errors", "targets"), ("targets", "slots"), ("slots", "ct errors")])
def test_two_writers_over_the_same_companies_add_up_and_never_deadlock(committed_db, pair):
    for _ in range(300):
        on = make.outreach()
        make.slots(0, outreach=on)
        make.target("failed", outreach=on)
    spine = list(Outreach.objects.order_by("-created_at"))
    for table in (make.DOL, make.CT):
        HubError.objects.bulk_create(HubError(**make.error_columns(table, outreach=on)) for on in spine)
    problems: list[str] = []

    def write(statements: list[str]) -> None:
        try:
            with psycopg.connect(SERVERS.url(RUNNING, SERVERS.database), autocommit=True) as writer:
                for statement in statements * 12:
                    writer.execute(statement)
        except psycopg.Error as problem:
            problems.append(str(problem))

    threads = [threading.Thread(target=write, args=[WRITERS[name]]) for name in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert problems == []
    assert drift() == []


def test_rebuild_waits_for_a_change_under_way_and_counts_it_once(committed_db):
    error = make.error(make.DOL)
    address = SERVERS.url(RUNNING, SERVERS.database)

    with psycopg.connect(address) as writer, psycopg.connect(address, autocommit=True) as builder:
        writer.execute("UPDATE governance_huberror SET disposition = 'RESOLVED', resolved_at = now()")
        rebuild = threading.Thread(target=builder.execute, args=["SELECT governance.rebuild_readiness()"])
        rebuild.start()
        wait_until_blocked(builder.info.backend_pid)
        writer.commit()
        rebuild.join()

    assert drift() == []
    assert Readiness.objects.get(pk=error.outreach_id).dol_blocking == 0


def wait_until_blocked(pid: int) -> None:
    deadline = time.monotonic() + 20
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute("SELECT cardinality(pg_blocking_pids(%s))", [pid])
            if cursor.fetchone()[0]:
                return
    pytest.fail("the other connection never waited")
