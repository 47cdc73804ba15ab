"""Numbers of answers keep their digits, however great they are."""

import json
from decimal import Decimal

import pytest

from outreach_admin.api.renderers import JsonRenderer
from outreach_admin.db.jsonfields import MARK


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("0.140000"), "0.140000"),
        (Decimal("1E+400"), "1E+400"),
        (Decimal("-1E-400"), "-1E-400"),
        (Decimal("12345678901234567890.123456789"), "12345678901234567890.123456789"),
        (Decimal("NaN"), '"NaN"'),
        ("a text", '"a text"'),
        (f"{MARK[:-1]}7", f'"{MARK[:-1]}7"'),
    ],
    ids=["places", "great", "small", "long", "none", "text", "almost the mark"],
)
def test_a_number_is_written_as_it_is(value, text):
    said = JsonRenderer().render({"value": [value], "beside": 1})

    assert said.decode() == f'{{"value":[{text}],"beside":1}}'
    assert json.loads(said)


def test_nothing_is_written_as_nothing():
    assert JsonRenderer().render(None) == b""
