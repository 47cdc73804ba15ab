"""The verb that is offered for a group of errors."""

import pytest

from governance.queries.errors.groups import Group
from governance.tables import advice

KEY = ("outreach.company_target_errors", "CT-M-NO-MX", b"")
STRUCTURAL, OPERATIONAL = frozenset({"STRUCTURAL"}), frozenset({"OPERATIONAL"})


def group(tries, parked=(), categories=OPERATIONAL) -> Group:
    parked = dict(parked)
    return Group(
        KEY, sum(tries.values()), sum(parked.values()), categories, tries, parked_tries=parked
    )


def offered(found: advice.Advice) -> tuple[str | None, str]:
    return found.verb and found.verb.name, found.reason


@pytest.mark.parametrize(
    ("used", "most", "verb", "reason"),
    [
        (3, 3, "park", "no try left: park"),
        (4, 3, "park", "no try left: park"),
        (2, 3, "park", "one try left: park"),
        (0, 1, "retry", "1 try left: try again"),
        (0, 3, "retry", "3 tries left: try again"),
    ],
)
def test_what_waits_is_tried_while_tries_are_left(used, most, verb, reason):
    found = advice.of_tries(group({used: 1}), used, most, {})

    assert offered(found) == (verb, reason)


def test_structural_errors_are_parked_whatever_tries_they_have():
    found = advice.of_code(group({0: 5}, categories=STRUCTURAL), 3, {})

    assert offered(found) == ("park", "structural: a further try does not help")


@pytest.mark.parametrize(
    ("used", "categories", "verb"),
    [(0, STRUCTURAL, None), (3, OPERATIONAL, None), (1, OPERATIONAL, "unpark")],
)
def test_nobody_is_asked_to_call_parked_errors_fixed(used, categories, verb):
    found = advice.of_code(group({used: 24_546}, {used: 24_546}, categories), 3, {})

    name, reason = offered(found)
    assert name == verb
    assert reason.startswith("parked")


@pytest.mark.parametrize("categories", [OPERATIONAL, STRUCTURAL])
def test_what_is_queued_is_neither_tried_again_nor_parked(categories):
    found = advice.of_code(group({1: 2, 2: 3}, categories=categories), 3, {1: True, 2: True})

    assert offered(found) == (None, "a further try is queued already")


def test_parked_errors_beside_queued_ones_are_not_called_queued():
    found = advice.of_tries(group({2: 5}, {2: 1}), 2, 3, {2: True})

    assert offered(found) == (None, "a further try of those in retry is queued already")


@pytest.mark.parametrize("used", [0, 2, 3])
def test_nothing_is_advised_before_it_is_known_what_is_queued(used):
    assert advice.of_code(group({used: 2}), 3, None) == advice.NOTHING


def test_errors_without_a_try_left_are_not_parked_while_some_have_one_ahead():
    found = advice.of_tries(group({3: 5}), 3, 3, {3: False})

    assert offered(found) == (None, "no try left, but some have one queued: wait for it")


def test_a_code_is_tried_again_while_some_of_it_can_be():
    found = advice.of_code(group({0: 2, 1: 7, 3: 5}), 3, {1: True})

    assert offered(found) == ("retry", "a further try may help")


def test_a_code_without_a_try_left_is_parked():
    assert offered(advice.of_code(group({3: 5, 4: 1}), 3, {})) == ("park", "no try left: park")


def test_parked_rows_have_no_say_while_others_wait():
    found = advice.of_code(group({1: 5, 3: 2}, {1: 5}), 3, {})

    assert offered(found) == ("park", "no try left: park")


@pytest.mark.parametrize(("parked", "verb"), [(0, "park"), (2, "park"), (3, None)])
def test_owners_and_days_are_offered_what_is_not_parked_yet(parked, verb):
    found = advice.of_days_or_owners(Group(("Hub team",), 3, parked))

    assert offered(found)[0] == verb
