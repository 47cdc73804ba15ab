"""What whoever runs a workflow says of a run."""

from datetime import UTC, datetime, timedelta

import pytest

from enrichment.services import accounts
from enrichment.services.accounts import AccountRefused, Result
from tests import make

NOW = datetime(2026, 2, 4, 12, tzinfo=UTC)


def test_a_moment_ahead_is_now_and_one_of_the_past_is_itself():
    past = NOW - timedelta(days=400)

    assert accounts.told(NOW + timedelta(days=1), now=NOW) == NOW
    assert accounts.told(past, now=NOW) == past
    assert accounts.told(None, now=NOW) is None
    with pytest.raises(AccountRefused):
        accounts.told(NOW - timedelta(days=3_651), now=NOW)


def test_what_is_said_in_words_goes_before_what_layers_add_up_to():
    layers = {"raw": {"in": 2, "out": 2}, "extracted": {"out": 5}, "core": {"out": 3}}

    said = Result(status="completed", records_out=7, layers=layers).columns()
    summed = Result(status="completed", layers=layers).columns()

    assert (said["records_out"], summed["records_out"], summed["records_in"]) == (7, 8, 2)
    assert (summed["records_in_extracted"], summed["records_in_core"]) == (5, 3)
    assert summed["records_failed"] is None


def test_the_raw_answer_counts_where_nothing_beyond_it_is_told():
    found = Result(status="completed", layers={"raw": {"out": 1}}).columns()

    assert found["records_out"] == 1


def test_counts_of_layers_that_no_column_takes_together_are_refused():
    most = {"out": accounts.MOST}
    kept = Result(status="completed", layers={"core": most}).columns()

    assert kept["records_out"] == accounts.MOST
    with pytest.raises(AccountRefused, match="adds up to more than 2,147,483,647"):
        Result(status="completed", layers={"core": most, "extracted": {"out": 1}}).columns()


@pytest.mark.django_db
def test_a_workflow_says_what_its_keys_are_or_whoever_asks():
    assert accounts.type_of(make.workflow(), "") == "company"
    assert accounts.type_of(make.workflow(key_type=None), "person") == "person"
    with pytest.raises(AccountRefused):
        accounts.type_of(make.workflow(), "person")
    with pytest.raises(AccountRefused):
        accounts.type_of(make.workflow(key_type=None), "")
