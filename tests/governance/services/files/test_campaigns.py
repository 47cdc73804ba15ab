"""What a campaign was given: promotable companies of one moment, kept and proved."""

import hashlib
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from governance.exceptions import CampaignRefused, NotPermitted
from governance.models import CampaignCompany, CampaignList, Readiness
from governance.queries import campaigns as queries
from governance.services.files import campaigns
from tests import make, owner

pytestmark = pytest.mark.django_db


def taken(filter: str = "", **given) -> CampaignList:
    return campaigns.take(
        Readiness.objects.all(), filter=filter, by=given.pop("by", None) or make.analyst(), **given
    )


def test_only_companies_that_can_be_promoted_are_given_in_the_order_of_their_domains():
    second, first = make.promotable(domain="b.example"), make.promotable(domain="a.example")
    make.company(outreach=first, company_name="First")
    make.error(outreach=make.promotable())
    make.outreach()

    given = taken("tier=TIER_0_ANCHOR_DONE", moments="7d-ago is then")

    rows = given.rows.order_by("number").values_list("number", "outreach_id", "company_name")
    assert list(rows) == [(1, first.pk, "First"), (2, second.pk, None)]
    assert (given.companies, given.filter) == (2, "tier=TIER_0_ANCHOR_DONE")
    assert given.moments == "7d-ago is then"


def test_a_company_that_waits_to_be_counted_anew_is_not_handed_out():
    waiting = make.promotable()
    owner.leaves(waiting.pk)
    with pytest.raises(CampaignRefused, match="nothing to hand out"):
        taken()
    given = make.promotable()

    assert list(taken().rows.values_list("outreach_id", flat=True)) == [given.pk]


def test_the_checksum_is_that_of_the_file_and_stays_whatever_becomes_of_the_companies():
    company = make.promotable(domain="a.example")
    given = taken()
    content = f"outreach_id,domain,company_name,readiness_tier\n{company.pk},a.example,,TIER_0_ANCHOR_DONE\n"

    make.error(outreach=company)
    type(company).objects.filter(pk=company.pk).update(domain="other.example")

    assert given.checksum == hashlib.sha256(content.encode()).hexdigest()
    assert queries.proof_of(given.pk) == (len(content), given.checksum)


def test_nothing_is_handed_out_where_there_is_nothing_and_no_number_is_used():
    make.outreach()
    with pytest.raises(CampaignRefused, match="nothing to hand out"):
        taken()
    make.promotable()

    first, second = taken(), taken()

    assert second.pk == first.pk + 1
    assert CampaignList.objects.count() == 2


def test_a_button_that_is_pressed_twice_hands_out_one_list(monkeypatch):
    make.promotable()
    analyst = make.analyst()

    first = taken("tld=example", by=analyst)

    assert taken("tld=example", by=analyst) == first
    assert taken("", by=analyst) != first
    assert taken("tld=example") != first
    monkeypatch.setattr(campaigns, "SAME_CLICK", timedelta(0))
    assert taken("tld=example", by=analyst) != first


def test_who_may_not_export_is_given_nothing():
    make.promotable()

    with pytest.raises(NotPermitted):
        taken(by=make.viewer())
    assert not CampaignList.objects.exists()


@pytest.mark.parametrize("model", [CampaignList, CampaignCompany])
@pytest.mark.parametrize("statement", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}"])
def test_what_was_handed_out_can_neither_be_changed_nor_taken_away(model, statement):
    make.promotable()
    taken()
    column = "companies" if model is CampaignList else "number"

    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(model._meta.db_table, column))


@pytest.mark.parametrize("wrong", [{"checksum": "x"}, {"companies": 0}])
def test_a_list_without_companies_or_checksum_is_refused_by_the_database(wrong):
    sound = {"as_of": "2026-02-04T12:00Z", "companies": 1, "size": 1, "checksum": "0" * 64}

    with pytest.raises(IntegrityError), transaction.atomic():
        CampaignList.objects.create(requester=make.analyst(), **sound | wrong)
