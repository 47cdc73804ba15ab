"""A selection says exactly which rows, or is refused."""

import pytest
from django.http import QueryDict

from outreach_admin.exceptions import BadRequest, Refused
from outreach_admin.lists.selection import MOST_IDS, Selection

NOW = "as_of=2026-02-02T13:25:40%2B00:00"


def read(text: str) -> Selection:
    return Selection.from_post(QueryDict(f"{text}&{NOW}"))


def test_ticked_rows_are_kept_once_and_in_order():
    assert read("scope=ids&ids=7&ids=3,5&ids=7").ids == ("7", "3", "5")


def test_all_that_match_carry_the_filter_and_its_time_but_no_ids():
    selection = read("scope=all&filter=code%3DNO_MATCH")

    assert (selection.scope, selection.ids, selection.filter) == ("all", (), "code=NO_MATCH")
    assert selection.as_of.isoformat() == "2026-02-02T13:25:40+00:00"


def test_an_unticked_row_of_all_is_an_exception_without_javascript():
    selection = read("scope=all&filter=q%3Da&shown=1,2,3&keep=1&keep=3")

    assert (selection.scope, selection.ids) == ("except", ("2",))


def test_a_row_left_out_on_another_page_stays_out_and_one_ticked_again_comes_back():
    selection = read("scope=all&filter=q%3Da&shown=1,2&keep=1&keep=2&except=2,9")

    assert (selection.scope, selection.ids) == ("except", ("9",))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("scope=all&filter=q%3Da&ids=1", "names rows and all rows at once"),
        ("scope=all&filter=", "without a filter"),
        ("scope=except&ids=1&filter=", "without a filter"),
        ("scope=some", "neither which rows nor all"),
        ("ids=1", "neither which rows nor all"),
    ],
)
def test_a_contradictory_or_unlimited_selection_is_refused(text, sentence):
    with pytest.raises(BadRequest, match=sentence):
        read(text)


def test_nothing_selected_is_refused_as_unfit():
    with pytest.raises(Refused, match="Nothing is selected") as refusal:
        read("scope=ids")

    assert refusal.value.status == 422


def test_too_many_single_rows_are_refused():
    with pytest.raises(Refused) as refusal:
        read("scope=ids&ids=" + ",".join(str(number) for number in range(MOST_IDS + 1)))

    assert refusal.value.status == 413


@pytest.mark.parametrize("time", ["", "yesterday", "2026-02-02T13:25:40", "2026-02-31T00:00:00Z"])
def test_a_selection_without_a_time_is_refused(time):
    query = QueryDict(mutable=True)
    query.update({"scope": "ids", "ids": "1", "as_of": time})

    with pytest.raises(BadRequest, match="of what time"):
        Selection.from_post(query)


def test_blanks_belong_to_the_key_of_a_row():
    assert read("scope=ids&ids=A+,A").ids == ("A ", "A")
