"""A run over one row per rule, and its report."""

from governance.reports import body
from governance.services.operations import command_line
from governance.services.playbooks import reports
from tests import make
from tests.governance.rules import PARK_DOL, PARK_TRIED, RESET, RETRY, approved

RULES = (PARK_DOL, PARK_TRIED, RETRY, RESET)


def begun(*rules):
    """A run over one row per rule, its first operation under way."""
    for table, given in (
        (make.DOL, {}),
        (make.CT, {"retry_count": 2}),
        (make.CT, {"retry_count": 0}),
    ):
        make.error(table, **given)
    make.target("failed")
    return approved(*(rules or RULES))


def reported(run):
    command_line.carry_out(run)
    return body.of(reports.ensure(run.pk))


def passed(found):
    return [line["passed"] for line in found["compliance"]]


def all_but(number):
    return [line != number for line in range(6)]
