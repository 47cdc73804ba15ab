"""The one rule of promotion: who may be promoted where, and what stands in the way, as SQL answers it."""

from itertools import product
from uuid import UUID, uuid4

import pytest
from django.db import DataError, connection, transaction

from governance.models import ErrorTable, Outreach, Readiness
from governance.queries.errors.blockers import COUNTED_ANEW
from tests import make, owner

pytestmark = pytest.mark.django_db
TARGETS = ("DOL", "PEOPLE", "BLOG", "BIT", "OUTREACH")


def can_promote(company: UUID, hub: str | None) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT governance.can_promote(%s, %s)", [company, hub])
        return cursor.fetchone()[0]


def blockers(company: UUID) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT blocker_type, blocker_reason, blocker_severity, blocks_hub
            FROM governance.promotion_blockers(%s) ORDER BY 1, 2""",
            [company],
        )
        return cursor.fetchall()


def company(*, ct: bool, dol: bool, people: bool, held_by: str | None) -> Outreach:
    """A company with these hubs done, and an error of one table in its way."""
    on = make.outreach()
    if ct:
        make.target("ready", outreach=on)
    if dol:
        make.filing(outreach=on)
    make.slots(3 if people else 2, outreach=on)
    if held_by:
        make.error(held_by, outreach=on)
    return on


def test_yes_is_said_exactly_where_no_blocker_blocks_that_hub():
    flags = product((True, False), repeat=3)
    held = (None, make.CT, make.DOL, make.PEOPLE, make.URL)

    for (ct, dol, people), table in product(flags, held):
        on = company(ct=ct, dol=dol, people=people, held_by=table)
        blocked = {hub for *_, hub in blockers(on.pk)}
        for target in TARGETS:
            free = not blocked & {"ALL", target}
            assert can_promote(on.pk, target) is free, (ct, dol, people, table, target)


def test_outreach_is_open_to_whom_readiness_calls_promotable():
    for on in (make.promotable(), make.outreach()):
        assert can_promote(on.pk, "OUTREACH") is Readiness.objects.get(pk=on.pk).promotable


def test_each_thing_in_the_way_has_its_severity_and_what_it_blocks():
    on = make.outreach()
    make.error(make.CT, outreach=on)
    make.error(make.PEOPLE, outreach=on, disposition="PARKED")
    make.error(make.DOL, outreach=on, disposition="RESOLVED")

    assert blockers(on.pk) == [
        ("BLOCKING_ERROR", "CT-M-NO-MX", "HIGH", "ALL"),
        ("BLOCKING_ERROR", "PI-E001", "HIGH", "OUTREACH"),
        ("DONE_STATE", "Company target not done", "CRITICAL", "ALL"),
        ("DONE_STATE", "DOL not done", "MEDIUM", "OUTREACH"),
        ("DONE_STATE", "People not done", "MEDIUM", "OUTREACH"),
    ]


def test_five_filings_are_no_more_than_one():
    on = make.promotable()
    for _ in range(4):
        make.filing(outreach=on, ein=None)

    assert blockers(on.pk) == []
    assert can_promote(on.pk, "OUTREACH")


def test_a_blocking_error_of_a_hub_that_gates_nothing_stands_in_no_way():
    on = make.promotable()
    ErrorTable.objects.filter(pk=make.URL).update(
        hub="HUB-BLOG-001", allowed_dispositions=["RETRY"], default_disposition="RETRY"
    )
    make.error(make.URL, outreach=on, blocks=True)

    assert blockers(on.pk) == []
    assert can_promote(on.pk, "OUTREACH")


@pytest.mark.parametrize(
    "name", ["outreach", "OutReach", " OUTREACH ", "HUB-OUTREACH", "hub-dol", "HUB-BLOG-001"]
)
def test_a_target_is_known_by_name_in_any_case_and_by_hub_id(name):
    assert can_promote(make.promotable().pk, name)


@pytest.mark.parametrize("name", ["HUB-TALENT-FLOW", "COMPANY_TARGET", "", "dol errors", None])
def test_any_other_target_is_an_error_and_no_quiet_no(name):
    for known in (make.promotable().pk, uuid4()):
        with pytest.raises(DataError) as refusal, transaction.atomic():
            can_promote(known, name)
        assert refusal.value.__cause__.sqlstate == "22023"


def test_who_waits_to_be_counted_anew_goes_nowhere_until_it_is_counted():
    free, held = make.promotable(), make.promotable()
    make.error(make.DOL, outreach=held)
    owner.corrupts(held.pk, dol_blocking=0)
    owner.leaves(held.pk, free.pk)

    for on in (free, held):
        assert not any(can_promote(on.pk, target) for target in TARGETS)
        assert ("DONE_STATE", COUNTED_ANEW, "CRITICAL", "ALL") in blockers(on.pk)

    # as at the end of the transaction that left them
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    assert all(can_promote(free.pk, target) for target in TARGETS)
    assert blockers(free.pk) == []
    assert can_promote(held.pk, "BIT") and not can_promote(held.pk, "OUTREACH")
    assert blockers(held.pk) == [("BLOCKING_ERROR", "NO_MATCH", "HIGH", "OUTREACH")]
    assert Readiness.objects.get(pk=held.pk).dol_blocking == 1


def test_an_id_that_the_spine_does_not_know_may_go_nowhere():
    assert not any(can_promote(uuid4(), target) for target in TARGETS)


def test_many_errors_of_others_are_not_read():
    on = make.outreach()
    make.error(make.CT, outreach=on)

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan TO off")
        cursor.execute("EXPLAIN SELECT * FROM governance.promotion_blockers(%s) LIMIT 500", [on.pk])
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "Function Scan" not in plan
    assert f"outreach_id = '{on.pk}'" in plan
