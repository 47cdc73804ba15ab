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


def test_an_account_that_the_history_names_left_a_trace():
    idle, busy = make.user(), make.user()
    make.operation(requester=busy)

    assert (people.left_trace(idle), people.left_trace(busy)) == (False, True)


def test_a_name_is_free_when_it_means_nobody_yet():
    ops = make.user(username="ops")

    assert people.is_free("Nadia")
    assert people.is_free("OPS", but=ops)
    assert not people.is_free("OPS")
    assert not people.is_free("System")
    assert not people.is_free("\u043eps")


def test_a_name_is_readable_when_all_of_it_is_seen_and_of_one_alphabet():
    assert people.is_readable("nadia") and people.is_readable("иван")
    assert not people.is_readable("n\u0430dia")
    assert not people.is_readable("nadia\u200b")


def test_who_is_named_in_a_text_that_is_kept_can_be_told_from_a_namesake():
    nadia = make.user(username="ops", first_name="Nadia", last_name="Okafor")

    assert people.in_full(nadia) == "Nadia Okafor (ops)"
    assert people.in_full(make.user(username="bare")) == "bare"


def test_a_superuser_and_one_switched_off_keep_what_they_are():
    everything, nothing = make.user(is_superuser=True), make.triager()
    nothing.is_active = False

    people.know_rights(everything, ["governance.view_huberror"])
    people.know_rights(nothing, ["governance.view_huberror"])

    assert "governance.add_huberror" in everything.get_all_permissions()
    assert nothing.get_all_permissions() == set()
