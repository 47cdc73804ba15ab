"""A program that knows nothing of Django asks the guard."""

import os
import subprocess
import sys

import pytest

from tests.servers import ROOT

SETTINGS = "DJANGO_SETTINGS_MODULE"
# as the seed has it, with another import line
PROGRAM = """
from governance.canon.guard import ToolCanonGuard, InteractionType, ToolCanonViolationError

guard = ToolCanonGuard()
result = guard.validate(
    tool_id="TOOL-008",
    hub_id="HUB-COMPANY-TARGET",
    interaction_type=InteractionType.ENRICH,
    gate_state={"domain_verified": True, "mx_present": True}
)
if not result.is_valid:
    raise ToolCanonViolationError(result.violation)
print(result.is_valid)
"""


@pytest.mark.django_db
def test_the_example_of_the_seed_runs_as_a_program():
    said = ran(PROGRAM)

    assert (said.returncode, said.stdout) == (0, "True\n"), said.stderr[-2000:]


def test_reservations_by_hand_are_imported_before_all_else():
    said = ran("from governance.canon import reservations")

    assert said.returncode == 0, said.stderr[-2000:]


def ran(program: str) -> "subprocess.CompletedProcess[str]":
    known = {name: value for name, value in os.environ.items() if name != SETTINGS}
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=known,
        capture_output=True,
        text=True,
        check=False,
    )
