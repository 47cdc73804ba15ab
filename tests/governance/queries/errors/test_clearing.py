"""What clearing the errors of a filter would change for companies."""

import pytest
from django.utils import timezone

from governance.models import HubError, Readiness
from governance.queries.errors import clearing
from tests import make

pytestmark = pytest.mark.django_db
BEHIND = ("DOL", "PEOPLE", "BLOG", "BIT")


def freed(errors, target: str) -> set:
    return set(
        Readiness.objects.filter(pk__in=clearing.freed(errors, target)).values_list("pk", flat=True)
    )


def test_an_anchors_last_error_opens_every_hub_behind_it_and_outreach_where_all_is_done():
    ready, anchored = make.promotable(), make.target("ready").outreach
    for company in (ready, anchored, make.outreach()):
        make.error(make.CT, outreach=company)

    found = clearing.of(HubError.objects.all())

    assert (found.companies, found.held) == (3, 3)
    assert found.freed == dict.fromkeys(BEHIND, 2) | {"OUTREACH": 1}
    assert freed(HubError.objects.all(), "BLOG") == {ready.pk, anchored.pk}
    assert freed(HubError.objects.all(), "OUTREACH") == {ready.pk}


def test_what_something_else_holds_too_stays_shut():
    company = make.promotable()
    make.error(make.CT, outreach=company)
    make.error(make.DOL, outreach=company)
    errors = HubError.objects.filter(error_table=make.CT)

    found = clearing.of(errors)

    assert found.freed == dict.fromkeys(BEHIND, 1) | {"OUTREACH": 0}
    assert freed(errors, "OUTREACH") == set()


def test_what_does_not_block_frees_nobody():
    company = make.promotable()
    make.error(make.URL, outreach=company)
    make.error(make.CT, outreach=company, disposition="RESOLVED")
    make.error(make.DOL, outreach=None)

    found = clearing.of(HubError.objects.all())

    assert (found.companies, found.held) == (1, 0)
    assert set(found.freed.values()) == {0}


def test_clearing_keeps_the_promise():
    company = make.promotable()
    errors = [make.error(table, outreach=company) for table in (make.CT, make.PEOPLE)]
    foreseen = freed(HubError.objects.all(), "OUTREACH")

    for error in errors:
        HubError.objects.filter(pk=error.pk).update(
            disposition="RESOLVED", resolved_at=timezone.now()
        )

    assert foreseen == {company.pk}
    assert Readiness.objects.get(pk=company.pk).promotable
