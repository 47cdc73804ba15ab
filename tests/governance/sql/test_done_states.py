"""docs/DONE_STATE_DEFINITIONS.md says what the console keeps: its queries give the ids that readiness has as done."""

from datetime import UTC, datetime
from itertools import product

import pytest
from django.db import connection

from governance.canon.checks import contracts, queries
from governance.models import BitScore, BlogContent, CompanySlot, CompanyTarget, DolFiling
from governance.models.readiness import Readiness, ReadinessPolicy
from tests import make
from tests.servers import ROOT

pytestmark = pytest.mark.django_db
CONTRACT = ROOT / "docs/DONE_STATE_DEFINITIONS.md"
SCHEMA = ROOT / "docs/DONE_STATE_SCHEMA.sql"
SECTIONS = contracts.read(CONTRACT.read_text())
QUERIES = {
    (section.hub or "BIT"): section.queries[0].text for section in SECTIONS if section.queries
}
FLAGS = {
    "HUB-COMPANY-TARGET": "ct_done",
    "HUB-DOL": "dol_done",
    "HUB-PEOPLE": "people_done",
    "HUB-BLOG-001": "blog_done",
    "BIT": "bit_done",
}
NOW = datetime(2026, 2, 2, tzinfo=UTC)


def targets():
    for status, method, score, at in product(
        CompanyTarget.Status.values, [None, "", "{f}"], [None, 0, 1], [None, NOW]
    ):
        yield CompanyTarget(
            outreach=make.outreach(),
            execution_status=status,
            email_method=method,
            confidence_score=score,
            imo_completed_at=at,
        )


def filings():
    for ein, present in product([None, "", "12-3456789"], [None, False, True]):
        yield DolFiling(outreach=make.outreach(), ein=ein, filing_present=present)
    two = make.outreach()
    yield DolFiling(outreach=two, ein="12-3456789", filing_present=False)
    yield DolFiling(outreach=two, ein="12-3456789", filing_present=True)


def slots():
    for filled in range(5):
        company = make.outreach()
        for number in range(5):
            name = f"SLOT{number}"
            yield CompanySlot(outreach=company, slot_type=name, is_filled=number < filled)


def scores():
    for score, signals in product([None, 0, 80], [0, 1]):
        yield BitScore(outreach=make.outreach(), score=score, signal_count=signals)


@pytest.fixture
def every_case():
    """A company for every mix of the facts that count."""
    for rows in (targets, filings, slots, scores):
        made = list(rows())
        type(made[0]).objects.bulk_create(made)
    BlogContent.objects.create(outreach=make.outreach())


def asked(hub):
    with connection.cursor() as cursor:
        cursor.execute(QUERIES[hub])
        return [row[0] for row in cursor.fetchall()]


def kept(hub):
    return set(Readiness.objects.filter(**{FLAGS[hub]: True}).values_list("outreach_id", flat=True))


def test_every_done_state_that_is_kept_has_its_query():
    assert set(QUERIES) == set(FLAGS)


@pytest.mark.parametrize("hub", sorted(FLAGS))
def test_a_query_gives_each_id_that_is_kept_as_done_once(every_case, hub):
    found = asked(hub)

    assert 0 < len(found) < Readiness.objects.count()
    assert len(found) == len(set(found)) and set(found) == kept(hub)


@pytest.mark.parametrize("slots", [1, 2, 4])
def test_people_follow_the_latest_policy(every_case, slots):
    ReadinessPolicy.objects.create(required_slots=slots)

    assert set(asked("HUB-PEOPLE")) == kept("HUB-PEOPLE") != set()


def test_the_tables_and_columns_of_its_schema_are_those_of_the_database():
    columns = queries.columns(SCHEMA.read_text())

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_schema, table_name, column_name FROM information_schema.columns"
        )
        there = set(cursor.fetchall())
    named = {(*table, column) for table, names in columns.items() for column in names}
    assert len(columns) == 7 and named - there == set()
