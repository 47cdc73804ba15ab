"""Accounts and the people behind them."""

import pytest

from governance.queries import people
from tests import make

pytestmark = pytest.mark.django_db


def test_accounts_of_people_get_their_full_names():
    make.user(username="ops", first_name="Nadia", last_name="Okafor")
    make.user(username="bare")

    assert people.names(["ops", "bare", "stranger", "ops"]) == {
        "ops": "Nadia Okafor",
        "bare": "bare",
    }


def test_the_system_is_nobody_and_asking_for_nobody_costs_nothing(django_assert_num_queries):
    make.user(username="system", first_name="Not", last_name="Me")

    with django_assert_num_queries(0):
        assert people.names.__wrapped__([None, "", "system"]) == {}


def test_names_of_many_cost_one_query(django_assert_num_queries):
    accounts = [make.user().username for _ in range(5)]

    with django_assert_num_queries(1):
        assert set(people.names.__wrapped__(accounts)) == set(accounts)


def test_everybody_is_everybody():
    make.user(username="ops", first_name="Nadia")
    make.user(username="gone", is_active=False)

    found = people.everybody()

    assert (found["ops"], found["gone"]) == ("Nadia", "gone")
