"""What the guard answers by the API while a switch stands: it knows only of what is committed."""

from governance.services.canon import switches
from tests import make
from tests.callers import Caller
from tests.governance.api.canon.test_validation import CALL, VALIDATE


def test_a_stopped_tool_is_told_as_stopped_and_breaks_no_rule(committed_db):
    switches.stop("hunter-enricher", by=make.triager(), reason="It misbehaves.")

    said = Caller(make.analyst()).post(VALIDATE, CALL).json()

    assert (said["is_valid"], said["violation"]) == (False, None)
    assert said["stopped"] == "TOOL-008 HunterEnricher is stopped: It misbehaves."
