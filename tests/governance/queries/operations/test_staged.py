"""Rows of a file that wait to be imported, as they will be."""

import io
from datetime import UTC, datetime

import pytest

from governance.models import HubError
from governance.queries.operations import outcomes, staged
from governance.resources import errors
from governance.services.files import imports
from governance.services.operations import runner
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def triager():
    return make.triager()


def test_the_approver_sees_rows_that_are_not_there_yet(triager):
    company = make.company()
    raw = f"error_table,code,outreach_id,domain,disposition\n{make.DOL},NO_MATCH,{company.outreach_id},a.example,RETRY\n{make.DOL},NO_MATCH,,b.example,\n"
    operation = imports.plan(
        errors.check(io.BytesIO(raw.encode()), name="x.csv", by=triager), by=triager
    )

    sample = {one.row.domain: one for one in outcomes.sample(operation)}

    assert {domain: (one.now, one.then) for domain, one in sample.items()} == {
        "a.example": ("new", "RETRY"),
        "b.example": ("new", "by policy"),
    }
    assert sample["a.example"].row.outreach.company == company
    runner.run(operation)
    assert {
        row.pk
        for row in outcomes.rows_of(operation, [one.row.pk for one in sample.values()]).values()
    } == set(HubError.objects.values_list("pk", flat=True))


def planned(triager, *lines: str, header: str):
    raw = "\n".join([header, *lines]).encode()
    return imports.plan(errors.check(io.BytesIO(raw), name="x.csv", by=triager), by=triager)


def test_a_staged_row_is_new_and_expires_when_it_will_expire(triager):
    operation = planned(
        triager,
        f"{make.DOL},NO_MATCH,2026-01-05T10:00:00Z,SHORT",
        header="error_table,code,created_at,ttl_tier",
    )
    key = operation.items.get().subject_id

    row = staged.staged(operation, [key])[key]

    assert row._state.adding
    assert row.expires_at == datetime(2026, 1, 12, 10, tzinfo=UTC)
    assert (row.code, row.ttl_tier, row.outreach) == ("NO_MATCH", "SHORT", None)
    runner.run(operation)
    assert HubError.objects.get(pk=key).expires_at == row.expires_at


def test_only_rows_that_were_asked_for_and_belong_to_the_file_are_read(triager):
    header = "error_table,code"
    operation = planned(triager, *[f"{make.DOL},NO_MATCH"] * 3, header=header)
    other = planned(triager, f"{make.DOL},NO_MATCH", header=header)
    wanted = operation.items.order_by("subject_id").values_list("subject_id", flat=True)[:2]

    found = staged.staged(operation, [*wanted, other.items.get().subject_id])

    assert set(found) == set(wanted)


def test_what_the_database_fills_is_not_taken_from_a_file():
    assert not set(staged.COLUMNS) & set(staged.OWN)
    assert {"id", "error_table", "code", "message"} <= set(staged.COLUMNS)
