"""What is asked when a run is ended by hand."""

import pytest

from enrichment.forms.runs import LONGEST, CancelForm


def test_a_run_may_be_ended_without_a_reason():
    assert CancelForm({"reason": ""}).is_valid()


@pytest.mark.parametrize("reason", ["x" * (LONGEST + 1), "a\0b"])
def test_a_reason_that_no_column_keeps_is_refused(reason):
    form = CancelForm({"reason": reason})

    assert "reason" in form.errors
