"""Violations as files."""

import csv
import io

import pytest
from django.http import QueryDict

from governance.resources.violations import VIOLATIONS
from tests import make

pytestmark = pytest.mark.usefixtures("committed_db")


def test_a_file_holds_fact_and_case_of_what_the_filter_keeps():
    on = make.outreach()
    case = make.violation(outreach=on, call_id=9, message="=cmd()")
    make.violation("V-TOOL-001")

    found = VIOLATIONS.filtered(QueryDict("code=V-GATE-001"))
    text = b"".join(VIOLATIONS.stream(found, "csv", comments=False).blocks).decode()

    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert (row["violation_id"], row["code"]) == (str(case.pk), "V-GATE-001")
    assert (row["domain"], row["disposition"]) == (on.domain, "PARKED")
    assert (row["call_id"], row["message"]) == ("9", "'=cmd()")
