"""shq: the seed's questions about promotion and readiness have the console's answers."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from governance.models import Readiness
from tests import make, owner
from tests.governance.sql.surface import contract
from tests.governance.sql.surface.asked import refused, rows, value

pytestmark = pytest.mark.django_db
FLAGS = {
    "fn_check_company_target_done": "ct_done",
    "fn_check_dol_done": "dol_done",
    "fn_check_people_done": "people_done",
    "fn_check_blog_done": "blog_done",
    "fn_check_bit_done": "bit_done",
}


def asked(name: str, company: uuid.UUID) -> bool:
    return value(f"SELECT shq.{name}(%s)", company)


def test_what_is_done_is_what_readiness_says():
    whole, empty = make.promotable(), make.outreach()
    make.blog(outreach=whole)
    make.bit_score(outreach=whole)

    for name, column in FLAGS.items():
        assert asked(name, whole.pk) is getattr(Readiness.objects.get(pk=whole.pk), column) is True
        assert asked(name, empty.pk) is False
        assert asked(name, uuid.uuid4()) is False
        assert value(f"SELECT shq.{name}(NULL)") is False


def test_slots_are_counted_against_what_is_asked_for():
    company = make.outreach()
    make.slots(2, outreach=company)

    found = rows(
        "SELECT shq.fn_check_people_done(%s), shq.fn_check_people_done(%s, 2)",
        company.pk,
        company.pk,
    )

    assert found == [(False, True)]


@pytest.mark.parametrize(
    ("table", "name"),
    [
        (make.DOL, "fn_has_blocking_dol_errors"),
        (make.CT, "fn_has_blocking_company_target_errors"),
        (make.PEOPLE, "fn_has_blocking_people_errors"),
    ],
)
def test_an_open_error_of_a_hub_blocks_there(table, name):
    error = make.error(table, outreach=make.outreach())
    solved = make.error(table, outreach=make.outreach(), disposition="RESOLVED")

    assert asked(name, error.outreach_id) is True
    assert asked(name, solved.outreach_id) is False


def test_tiers_are_those_of_the_console():
    ready = make.target("ready", confidence_score="0.80").outreach
    campaign = make.promotable()
    make.person(outreach=campaign)
    complete = make.target("ready").outreach
    for one in (make.filing, make.blog, make.bit_score):
        one(outreach=complete)

    found = {
        company.pk: tuple(asked(name, company.pk) for name in contract.OF_ONE_ID[-3:])
        for company in (ready, complete, campaign)
    }

    assert found == {
        ready.pk: (True, False, False),
        complete.pk: (False, True, False),
        campaign.pk: (False, False, True),
    }


def test_promotion_is_asked_by_any_name_of_a_hub():
    company = make.promotable()
    error = make.error(make.DOL, outreach=company)

    for hub, may in {"dol": True, "HUB-BLOG-001": True, "bit": True, "OutReach": False}.items():
        assert value("SELECT shq.fn_can_promote_to_hub(%s, %s)", company.pk, hub) is may
    assert rows("SELECT * FROM shq.fn_get_promotion_blockers(%s)", company.pk) == [
        ("BLOCKING_ERROR", error.code, "HIGH", "OUTREACH")
    ]
    said = refused("SELECT shq.fn_can_promote_to_hub(%s, %s)", company.pk, "HUB-TALENT-FLOW")
    assert "is no hub that one can be promoted to" in said


def test_tiers_of_ttl_are_intervals():
    days = {tier: value("SELECT shq.fn_get_ttl_interval(%s)", tier) for tier in contract.TIERS}

    assert days == {
        "SHORT": timedelta(days=7),
        "MEDIUM": timedelta(days=30),
        "LONG": timedelta(days=90),
        "INFINITE": None,
    }


def test_the_view_says_of_each_company_what_the_console_does():
    company = make.promotable()
    make.error(make.PEOPLE, outreach=company)

    (row,) = rows("SELECT * FROM shq.vw_promotion_readiness WHERE outreach_id = %s", company.pk)

    assert row == (
        company.pk,
        True,
        True,
        True,
        False,
        False,
        False,
        False,
        True,
        False,
        Readiness.objects.get(pk=company.pk).tier,
    )


def test_who_waits_to_be_counted_anew_is_promotable_by_no_name():
    company, other = make.promotable(), make.promotable()
    owner.leaves(company.pk)

    said = rows("SELECT outreach_id, can_promote_to_outreach FROM shq.vw_promotion_readiness")

    assert dict(said) == {company.pk: False, other.pk: True}
    assert value("SELECT shq.fn_can_promote_to_hub(%s, 'DOL')", company.pk) is False
    ((kind, reason, *_),) = rows("SELECT * FROM shq.fn_get_promotion_blockers(%s)", company.pk)
    assert (kind, reason) == ("DONE_STATE", "Being counted anew: ask again in a minute")


def test_the_summary_has_tiers_with_their_share_and_reads_no_company():
    make.promotable()
    for _ in range(2):
        make.outreach()

    found = rows("SELECT * FROM shq.vw_promotion_readiness_summary ORDER BY 1")

    assert found == [
        ("NOT_READY", 2, Decimal("66.67")),
        ("TIER_0_ANCHOR_DONE", 1, Decimal("33.33")),
    ]
    plan = str(rows("EXPLAIN SELECT * FROM shq.vw_promotion_readiness_summary"))
    assert "governance_readinesscount" in plan
    assert "on governance_readiness " not in plan


def test_live_errors_are_summed_up():
    then = timezone.now() - timedelta(days=40)
    make.errors(2, make.DOL, created_at=then)
    make.error(make.DOL)

    (found,) = rows("SELECT * FROM shq.vw_error_governance_summary")

    assert found[:5] == (make.DOL, "RETRY", "MEDIUM", 0, 3)
    assert found[5] == then and found[6] > then
    assert found[7] == 2


def test_blocked_companies_are_listed_with_the_tables_that_block():
    company = make.outreach()
    make.errors(2, make.CT, outreach=company)
    make.error(make.DOL, outreach=company)
    make.error(make.URL, outreach=make.outreach(), disposition="RETRY")

    found = rows("SELECT * FROM shq.vw_blocking_errors_by_outreach")

    assert found == [(company.pk, [make.CT, make.DOL], 3)]


UPDATABLE = """SELECT c.oid::regclass::text
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('shq', 'governance') AND c.relkind = 'v'
        AND pg_relation_is_updatable(c.oid, false) <> 0
        AND NOT EXISTS (SELECT FROM pg_trigger t
            WHERE t.tgrelid = c.oid AND t.tgtype & 64 <> 0 AND t.tgtype & 16 <> 0)"""


def test_no_figure_is_written_by_way_of_its_view():
    make.promotable()

    for statement in (
        "DELETE FROM shq.vw_promotion_readiness",
        "UPDATE shq.vw_promotion_readiness SET outreach_id = gen_random_uuid()",
        "INSERT INTO shq.vw_promotion_readiness (outreach_id) VALUES (gen_random_uuid())",
    ):
        assert "readiness follows hub rows and errors" in refused(statement)
    assert rows(UPDATABLE) == []
