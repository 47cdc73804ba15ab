"""Accounts in filters carry the names of their people."""

import pytest
from django.http import QueryDict

from governance.filters.operations import OperationFilter
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nadia():
    return make.user(username="ops", first_name="Nadia", last_name="Okafor")


def test_an_account_is_written_with_the_name_of_its_person():
    make.user(username="bare")
    found = OperationFilter(QueryDict(""))

    assert found.label_of("requester", "ops") == "Nadia Okafor (ops)"
    assert found.label_of("requester", "bare") == "bare"
    assert found.label_of("requester", "gone") == "gone"


def test_only_filters_by_account_name_people():
    assert OperationFilter(QueryDict("")).label_of("gate", "ops") == "ops"
    assert OperationFilter(QueryDict("")).label_of("state", "done") == "Done"


def test_chips_name_people_and_names_are_read_once(django_assert_num_queries):
    found = OperationFilter(QueryDict("requester=ops&gate=BULK-ROWS"))

    with django_assert_num_queries(1):
        values = [chip.value for chip in [*found.chips(), *found.chips()]]

    assert values == ["BULK-ROWS", "Nadia Okafor (ops)"] * 2
