"""What is too long for an address is written as a key and a change, and read back whole."""

from django.http import QueryDict

from outreach_admin.lists import kept
from outreach_admin.lists.kept import Kept, ShortQuery

MANY = "&".join(f"code=LONG-CODE-{number}" for number in range(300))
BASE = Kept("abc", f"{MANY}&q=mail&owner=a")


def read(text: str = "kept=abc") -> ShortQuery:
    return ShortQuery.over(BASE, QueryDict(text))


def again(query: QueryDict) -> ShortQuery:
    """Write it for an address and read that."""
    text = query.urlencode()
    assert len(text) < 200
    return read(text)


def test_it_is_read_whole_and_written_short():
    query = read("kept=abc&sort=-code&size=50")

    assert len(query.getlist("code")) == 300
    assert (query["q"], query["sort"], "kept" in query) == ("mail", "-code", False)
    assert query.urlencode() == "kept=abc&sort=-code&size=50"


def test_values_that_come_and_go_are_the_change():
    query = read().copy()
    query.setlist("code", [*query.getlist("code")[1:], "NEW"])
    query["q"] = "post"
    del query["owner"]

    back = again(query)

    assert sorted(back.lists()) == sorted(query.lists())


def test_what_is_short_again_is_written_out():
    query = read().copy()
    query.setlist("code", ["ONE"])

    assert query.urlencode() == "code=ONE&q=mail&owner=a"


def test_all_of_it_can_be_had():
    assert kept.whole(read()) == BASE.text
    assert kept.shortened(BASE.text, read()) == "kept=abc"
    assert kept.shortened(BASE.text, QueryDict()) == BASE.text


def test_the_state_of_a_page_is_no_part_of_a_filter():
    query = QueryDict("code=A&sort=-code&except=1&except=2&code=B")

    assert kept.parts(query) == ("code=A&code=B", "sort=-code&except=1&except=2")
