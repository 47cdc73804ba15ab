"""What the list of companies shows of each."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.models import Readiness
from governance.tables.companies import CompanyTable
from tests import make
from tests.governance.tables import drawn

pytestmark = pytest.mark.django_db


def cells(outreach, **given) -> dict[str, str]:
    row = Readiness.objects.get(pk=outreach.pk)
    drawing = drawn.row(CompanyTable, row, **given)
    return {name: drawn.text(cell) for name, cell in drawing.items()}


def test_a_promotable_company_reads_done_at_its_gates():
    shown = cells(make.promotable())

    assert 'title="Tier 0, anchor done">Tier 0</span>' in shown["tier"]
    assert ">Yes</span>" in shown["promotable"]
    assert ">Company target: done</span>" in shown["hubs"]
    assert ">Blog: not done</span>" in shown["hubs"]
    assert shown["bottleneck"] == "none: promotable"
    assert ">0</span>" in shown["errors"] and ">no</span>" in shown["blocked"]


def test_each_hub_says_whether_it_is_done_and_whether_an_error_holds_it():
    ready, failed = make.promotable(), make.target("failed").outreach
    for on in (ready, failed):
        make.error(make.CT, outreach=on)

    assert ">Company target: done, held back</span>" in cells(ready)["hubs"]
    assert ">Company target: not done, held back</span>" in cells(failed)["hubs"]
    assert cells(ready)["bottleneck"] == "Company target held by an error"
    assert cells(failed)["bottleneck"] == "Company target failed"


def test_open_errors_lead_to_the_queue_and_the_oldest_blocker_has_an_age():
    now = timezone.now()
    on = make.outreach()
    make.error(outreach=on, created_at=now - timedelta(days=9))
    make.error(outreach=on, created_at=now - timedelta(days=2))
    make.error(make.URL, outreach=on, disposition="RETRY", created_at=now - timedelta(days=20))

    shown = cells(on, as_of=now)

    assert f"company={on.pk}&amp;disposition=RETRY&amp;disposition=PARKED" in shown["errors"]
    assert ">3</a>" in shown["errors"]
    assert ">9 d</time>" in shown["blocked"]


def test_what_a_company_does_not_have_is_said_in_words():
    shown = cells(make.outreach(domain=""))

    assert shown["state"] == "none" and shown["tld"] == "none" and shown["domain"] == "none"
    assert shown["target"] == "no record"


def test_a_company_without_a_name_is_called_by_its_domain_and_then_by_its_id():
    known, unknown = make.outreach(domain="hartfell.example"), make.outreach(domain="")

    assert ">hartfell.example</a>" in cells(known)["company"]
    assert f">{unknown.pk}</a>" in cells(unknown)["company"]


def test_ages_of_a_page_are_read_once(django_assert_num_queries):
    for _ in range(4):
        make.error()
    table = CompanyTable(Readiness.objects.all(), shown=["blocked"])

    with django_assert_num_queries(1):
        list(table.body())


def test_the_columns_shown_at_first_fit_a_desk_beside_the_facets():
    assert not CompanyTable([]).is_broad
