"""Names told apart, and what a canon says of them."""

import pytest

from governance.reference import sync
from governance.toolbox import reading
from governance.toolbox.entries import fold

CANON = reading.read(sync.TOOLBOX.read_text())


@pytest.mark.parametrize(
    "written", ["Seamless.AI", "seamless ai", "SEAMLESS-AI", "seamless_ai", "Ｓｅａｍｌｅｓｓ.ai"]
)
def test_names_are_one_however_they_are_written(written):
    assert fold(written) == "seamlessai"


def test_a_name_without_end_costs_no_more_than_a_long_one():
    assert fold("a" * 10_000_000) == "a" * 255


def test_a_ban_says_what_to_take_instead():
    ban = CANON.banned("bs4", "library")

    assert str(ban) == (
        "beautifulsoup4 is a banned library. Slow on the pages of a backlog. Instead: selectolax."
    )
    assert CANON.banned("bs4") is ban and CANON.banned("bs4", "vendor") is None


def test_a_person_is_asked_for_what_the_canon_names():
    call, check = CANON.tools["TOOL-011"], CANON.tools["TOOL-001"]

    assert CANON.needs_approval(call, "HUB-OUTREACH")
    assert not CANON.needs_approval(check, "HUB-PEOPLE")


def test_a_canon_cannot_be_changed():
    with pytest.raises(TypeError):
        CANON.tools["TOOL-012"] = CANON.tools["TOOL-011"]
    with pytest.raises(AttributeError):
        CANON.version = 3
