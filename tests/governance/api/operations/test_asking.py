"""What a body asks to be planned: selections and parameters are refused as on pages."""

import pytest

from governance.models import Operation
from tests import make
from tests.callers import Caller

pytestmark = pytest.mark.django_db

OPERATIONS = "/api/operations/"
PARK = {"verb": "park", "parameters": {"reason": "DATA_QUALITY"}}


@pytest.fixture
def triager() -> Caller:
    return Caller(make.triager(), "triage")


@pytest.mark.parametrize(
    ("more", "status", "key"),
    [
        ({}, 400, "filter"),
        ({"filter": {}}, 400, "filter"),
        ({"filter": None}, 422, None),
        ({"filter": {"colour": "red"}}, 400, "colour"),
        ({"filter": {"disposition": "GREEN"}}, 400, "disposition"),
        ({"filter": {"select": "all"}}, 400, "select"),
        ({"ids": []}, 422, None),
        ({"ids": ["nonsense"]}, 400, None),
        ({"ids": ["00000000-0000-4000-8000-000000000000"]}, 422, None),
        ({"ids": ["x"], "filter": {"disposition": "RETRY"}}, 400, "ids"),
        ({"filter": {"disposition": "RETRY"}, "colour": 1}, 400, "colour"),
    ],
)
def test_what_selects_nothing_or_everything_is_refused(triager, more, status, key):
    make.error()

    answer = triager.post(OPERATIONS, PARK | more)

    assert answer.status_code == status
    assert answer.json().get("key") == key
    assert not Operation.objects.exists()


@pytest.mark.parametrize(
    ("more", "what_to_do"),
    [
        ({"ids": []}, "Name rows, or send a “filter” instead."),
        ({"filter": {}}, "Say what the rows have in common."),
    ],
)
def test_a_program_is_told_in_the_words_of_bodies(triager, more, what_to_do):
    assert triager.post(OPERATIONS, PARK | more).json()["what_to_do"] == what_to_do


def test_wrong_fields_are_named_by_their_place(triager):
    row = str(make.error().pk)

    said = triager.post(OPERATIONS, {"verb": "park", "parameters": {"reason": "X"}, "ids": [row]})
    odd = triager.post(OPERATIONS, {"verb": "park", "parameters": {"reason": {}}, "ids": [row]})
    unknown = triager.post(OPERATIONS, {"verb": "fly", "ids": [row]})
    late = triager.post(OPERATIONS, PARK | {"ids": [row], "as_of": "2990-01-01T00:00:00Z"})

    answers = (said, odd, unknown, late)
    assert [answer.status_code for answer in answers] == [422] * 4
    fields = [answer.json()["errors"][0]["field"] for answer in answers]
    assert fields == ["parameters.reason", "parameters.reason", "verb", "as_of"]


def test_one_id_written_twice_is_one_row(triager):
    row = make.error().pk

    said = triager.post(OPERATIONS, PARK | {"ids": [str(row), str(row).upper(), row.hex]})

    assert said.json()["planned"] == 1


def test_more_single_rows_than_pages_take_are_refused(triager):
    ids = [f"00000000-0000-4000-8000-{number:012d}" for number in range(10_001)]

    answer = triager.post(OPERATIONS, PARK | {"ids": ids})

    assert answer.status_code == 413 and "10,000" in answer.json()["detail"]


def test_keys_in_the_address_of_a_plan_are_refused(triager):
    row = str(make.error().pk)

    answer = triager.post(f"{OPERATIONS}?disposition=RETRY", PARK | {"ids": [row]})

    assert answer.status_code == 400 and answer.json()["key"] == "disposition"
    assert not Operation.objects.exists()
