"""Who may, and why not: gates, votes, what stops a start."""

import pytest

from governance.services.operations import plans
from tests import make

pytestmark = pytest.mark.django_db
ASKED = {
    "park": {"reason": "DATA_QUALITY"},
    "resolve": {"note": "fixed"},
    "archive": {"reason": "MANUAL"},
}


def plan(verb, rows, **given):
    return plans.make(verb, errors=rows, by=make.triager(), **(given or ASKED[verb]))


def test_more_than_500_rows_need_approval_and_archiving_one_blocking_error_does():
    assert plan("assign", make.errors(500), owner="Platform team").gate is None
    assert plan("assign", make.errors(501), owner="Platform team").gate == "BULK-ROWS"
    assert plan("archive", [make.error()]).gate == "ARCHIVE-BLOCKING"
    assert plan("archive", [make.error(disposition="RESOLVED")]).gate is None
