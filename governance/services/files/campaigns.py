"""Giving companies to a campaign."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from governance import policies
from governance.exceptions import CampaignRefused, NotPermitted
from governance.models import CampaignList
from governance.models.readiness import ReadinessQuerySet
from governance.queries import campaigns

NEXT = "SELECT nextval(pg_get_serial_sequence('governance_campaignlist', 'id'))"
KEEP = """
WITH given AS (
    INSERT INTO governance_campaigncompany
        (list_id, number, outreach_id, domain, company_name, tier)
    SELECT {key}, row_number() OVER (ORDER BY q.domain, q.outreach_id), q.*
    FROM ({companies}) AS q (outreach_id, domain, company_name, tier)
    RETURNING 1)
SELECT count(*), statement_timestamp() FROM given"""
# a button that was pressed twice; lists are kept for good
SAME_CLICK = timedelta(seconds=10)
COLUMNS = ("outreach_id", "domain", "outreach__company__company_name", "tier")


@transaction.atomic
def take(
    companies: ReadinessQuerySet,
    *,
    filter: str,
    by: User,
    moments: str = "",
) -> CampaignList:
    """Keep those of the companies that can be promoted to Outreach now as a list for a campaign, for good.

    `filter` is the canonical text that `companies` came from, `moments` what it counts from now. All are of one
    moment. Who asks for the same twice within ten seconds is given one list. Raises NotPermitted, and CampaignRefused where there is no such company.
    """
    if not policies.may_export(by):
        raise NotPermitted(
            "You may not export.", what_to_do="Ask a person in the group of analysts."
        )
    if given := _just_given(filter, by):
        return given
    key, number, at = _keep_or_refuse(companies.promotable().order_by())
    proof = campaigns.proof_of(key)
    return CampaignList.objects.create(
        pk=key,
        filter=filter,
        moments=moments,
        as_of=at,
        companies=number,
        requester=by,
        **proof._asdict(),
    )


def _keep_or_refuse(promotable: ReadinessQuerySet) -> tuple[int, int, datetime]:
    # a number that no list bears looks like a list that was taken away
    if not promotable.exists():
        _refuse_none()
    key, number, at = _keep(promotable)
    if not number:
        _refuse_none()
    return key, number, at


def _just_given(filter: str, by: User) -> CampaignList | None:
    """Find the list that the first of two clicks made; the second waits for it."""
    since = timezone.now() - SAME_CLICK
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    mine = CampaignList.objects.filter(requester=by, filter=filter)
    return mine.filter(as_of__gt=since).first()


def _refuse_none() -> None:
    raise CampaignRefused(
        "None of these companies can be promoted to Outreach now: there is nothing to hand out.",
        what_to_do="See what holds them in the list of companies, or choose another filter.",
    )


def _keep(promotable: ReadinessQuerySet) -> tuple[int, int, datetime]:
    """Copy the companies in one statement; the list that they belong to follows in the same transaction."""
    sql, params = promotable.values_list(*COLUMNS).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(NEXT)
        (key,) = cursor.fetchone()
        cursor.execute(KEEP.format(key=key, companies=sql), params)
        number, at = cursor.fetchone()
    return key, number, at
