"""Reasons as they are kept."""

import pytest

from governance.exceptions import StateRefused
from governance.services.canon import reasons
from outreach_admin.db.limits import PROSE

UNUSABLE = ["", " \n", "x" * (PROSE + 1)]


def test_a_reason_is_kept_in_one_line_of_what_can_be_stored():
    assert reasons.tidy(" It bills\ntwice\0. ") == "It bills twice\ufffd."
    assert reasons.tidy("x" * PROSE) == "x" * PROSE


@pytest.mark.parametrize("reason", UNUSABLE)
def test_one_that_says_nothing_or_too_much_is_refused(reason):
    with pytest.raises(StateRefused, match="needs a reason"):
        reasons.tidy(reason)
