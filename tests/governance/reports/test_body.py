"""The content of a report: header, order, and nothing that later operations touch."""

import pytest

from governance.reports import body
from governance.services.operations import command_line
from governance.services.playbooks import reports
from tests.governance.reports.reported import begun, reported


@pytest.mark.django_db
def test_the_header_says_who_when_and_which_version():
    run = begun()

    header = reported(run)["run"]

    assert header["executor"] == run.requester.username
    assert header["approvers"] == [run.approvals.get().votes.get().voter.username]
    assert (header["version"], header["mode"], header["started_at"]) == (
        1,
        "Operations cleanup (no doctrine changes)",
        run.started_at.isoformat(),
    )


@pytest.mark.django_db
def test_later_operations_do_not_touch_a_report():
    run = begun()
    found = reported(run)

    command_line.undo(list(run.operations.all()), by=run.requester)

    assert body.of(reports.ensure(run.pk)) == found
