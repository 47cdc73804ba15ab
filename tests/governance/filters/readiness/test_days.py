"""Which days an address means, and which it is refused."""

from datetime import date

import pytest

from governance.filters.readiness import days
from outreach_admin.exceptions import BadRequest

TODAY = date(2026, 2, 4)


def read(**given: str) -> days.Days:
    return days.of_address(given, today=TODAY, usual=30)


def test_without_days_the_usual_ones_up_to_today_are_meant():
    found = days.of_address({}, today=TODAY, usual=30)

    assert (found.length, found.last) == (30, TODAY)
    assert found == days.latest(30, today=TODAY)
    assert found.query == "from=2026-01-06&to=2026-02-04"


def test_named_days_are_read():
    found = days.of_address({"from": "2026-01-01", "to": "2026-01-02"}, today=TODAY, usual=30)

    assert found == days.Days(date(2026, 1, 1), date(2026, 1, 2))
    assert read(to="0001-01-02").first == date.min


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"from": "garbage"}, "“garbage” is no date"),
        ({"from": "2026-02-30"}, "“2026-02-30” is no date"),
        ({"to": "20260201"}, "“20260201” is no date"),
        ({"to": "2026-02-05"}, "2026-02-05 has not come yet"),
        ({"from": "2026-02-03", "to": "2026-02-01"}, "are turned round"),
        ({"from": "2024-01-01"}, "are 766 days"),
    ],
)
def test_days_that_cannot_be_shown_are_a_sentence(given, sentence):
    with pytest.raises(BadRequest, match=sentence):
        days.of_address(given, today=TODAY, usual=30)
