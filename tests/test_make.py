"""The factories make rows that the database accepts and files."""

from datetime import timedelta

import pytest

from governance.models import ArchivedError, HubError, Readiness
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("table", list(make.CODES))
def test_an_error_of_any_table_is_filed_under_its_policy(table):
    error = make.error(table)

    assert error.disposition == error.error_table.default_disposition
    assert (error.owner, error.max_retries, error.blocks) == (
        error.error_table.owner,
        error.error_table.max_retries,
        error.error_table.blocks_promotion,
    )
    assert (
        error.expires_at - error.created_at
        == {"MEDIUM": timedelta(days=30), "LONG": timedelta(days=90)}[error.ttl_tier]
    )


@pytest.mark.parametrize("disposition", ["RETRY", "PARKED", "RESOLVED", "ARCHIVED"])
def test_a_disposition_brings_its_paired_facts(disposition):
    # of the tables, this one alone keeps archived rows in place
    table = make.URL if disposition == "ARCHIVED" else make.CT

    assert make.error(table, disposition=disposition).disposition == disposition


def test_many_errors_come_in_one_statement(django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        made = make.errors(50, make.DOL, retry_count=1)

    assert HubError.objects.filter(error_table=make.DOL, retry_count=1).count() == len(made) == 50
    assert len({error.outreach_id for error in made}) == 50


def test_an_error_may_stand_on_no_outreach_id():
    assert make.error(make.URL, outreach=None).outreach_id is None


def test_an_archived_error_keeps_its_policy():
    archived = make.archived(make.DOL, code="NO_STATE")

    assert ArchivedError.objects.get(
        pk=archived.pk
    ).retention_expires_at - archived.archived_at == timedelta(days=365)


def test_a_promotable_id_is_promotable_until_an_error_blocks_it():
    on = make.promotable()
    before = Readiness.objects.get(pk=on.pk).promotable

    make.error(make.PEOPLE, outreach=on)

    assert before and not Readiness.objects.get(pk=on.pk).promotable


def test_tiers_follow_from_hub_rows():
    on = make.promotable()
    make.person(outreach=on)

    assert Readiness.objects.get(pk=on.pk).tier == "TIER_3_CAMPAIGN_READY"


def test_people_hold_the_rights_of_their_group():
    assert make.triager().has_perm("governance.park_huberror")
    assert make.manager().has_perm("governance.vote_approval")
    assert not make.analyst().has_perm("governance.park_huberror")
    assert make.admin().has_perm("governance.change_errorcode") and make.admin().is_staff
    assert not make.viewer().has_perm("governance.export_huberror")
    assert make.superuser().has_perm("governance.vote_approval")


def test_the_rest_is_valid_too():
    make.company(company_name="Aldermoor Textiles")
    make.blog()
    make.bit_score()
    make.view(owner=make.viewer())
    make.policy(over_rows=10)
    make.operation(requester=make.triager())

    assert make.playbook([]).number == 1
