"""Rows of a file beside the stored ones, in words."""

import uuid

import pytest

from governance.queries import arrivals
from governance.queries.operations import effects, outcomes
from governance.services.files import imports
from governance.services.operations import runner, undos
from tests import make
from tests.governance.services.files.hub_files import brought_in, checked

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return make.manager()


def planned(table: str, *rows, by):
    return imports.plan(checked(table, *rows, by=by), by=by)


def test_a_sample_says_the_columns_that_change(manager):
    slot = make.slots(0)[0]
    row = {"slot_id": slot.pk, "is_filled": "yes", "person_unique_id": "P-1"}

    (sampled,) = outcomes.sample(planned("company_slot", row, by=manager))

    assert sampled.row == slot
    assert sampled.now == "is_filled no · person_unique_id none"
    assert sampled.then == "is_filled yes · person_unique_id P-1"


def test_a_sample_of_new_rows_shows_their_company(manager):
    company = make.company()
    row = {"outreach_id": company.outreach_id, "source_type": "rss"}

    (sampled,) = outcomes.sample(planned("blog", row, by=manager))

    assert sampled.now == "new" and "source_type rss" in sampled.then
    assert sampled.row.outreach.company == company


def test_a_new_company_shows_no_sovereign_id(manager):
    secret = str(uuid.uuid4())
    row = {"sovereign_id": secret, "domain": "a.example", "ein": "12"}

    (sampled,) = outcomes.sample(planned("outreach", row, by=manager))

    assert secret not in sampled.then and "domain a.example" in sampled.then


def test_an_undo_says_what_goes_back(manager):
    target = make.target("pending")
    row = {"target_id": target.pk, "execution_status": "blocked"}
    operation = brought_in("company_target", row, by=manager)

    (sampled,) = outcomes.sample(undos.plan(operation, by=manager))

    assert (sampled.now, sampled.then) == ("execution_status blocked", "execution_status pending")


def test_columns_beyond_the_first_are_counted():
    values = dict.fromkeys("abcde", 1)

    assert arrivals.words(values, list("abcde")) == "a 1 · b 1 · c 1 · 2 more"


def test_companies_are_counted_once_each(manager):
    on = make.outreach()
    row = {"outreach_id": on.pk, "source_type": "rss"}
    operation = planned("blog", row, row | {"source_type": "html"}, by=manager)
    assert operation.effect["companies"] == 1

    runner.run(operation)

    assert effects.of(undos.plan(operation, by=manager))["companies"] == 1
