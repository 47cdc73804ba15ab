"""Facts against gates: what fails, in words."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from governance.canon.gates import MOST_NAMED, Call, Kind, failures
from governance.reference.sync import TOOLBOX
from governance.toolbox import reading

NOON = datetime(2026, 2, 2, 12, tzinfo=UTC)
CANON = reading.read(Path(TOOLBOX).read_text())
GOOD = {"domain_verified": True, "mx_present": True}


def failing(tool: str, facts: dict) -> list[tuple[str, str, Kind]]:
    call = Call(CANON.tools[tool], "HUB-PEOPLE", None, facts, NOON)
    return [(one.fact, one.said, one.kind) for one in failures(call, CANON)]


@pytest.mark.parametrize(
    ("changed", "said", "kind"),
    [
        ({"mx_present": False}, "is not true", Kind.GATE),
        ({"mx_present": None}, "is not known", Kind.GATE),
        ({"mx_present": 1}, "must be true or false, not 1", Kind.FACT),
        ({"mx_present": "a\0b"}, "must be true or false, not “a\ufffdb”", Kind.FACT),
        ({"mx_present": {}}, "must be true or false, not an object", Kind.FACT),
        ({"pattern_attempts": 2}, "is 2, and must be < 1", Kind.ATTEMPTS),
        ({"pattern_attempts": 0.5}, "must be a whole number from 0, not 0.5", Kind.FACT),
    ],
)
def test_a_failure_says_what_is_wrong(changed, said, kind):
    (fact,) = changed

    assert failing("TOOL-008", GOOD | changed) == [(fact, said, kind)]


def test_a_fact_of_a_wrong_kind_is_named_once():
    found = failing("TOOL-008", {"mx_present": "yes", "domain_verified": "no"})

    assert [one[0] for one in found] == ["mx_present", "domain_verified"]


def test_not_every_one_of_very_many_is_named():
    facts = {f"seen_{n}_at": "never" for n in range(1000)}

    assert len(failing("TOOL-001", facts)) == MOST_NAMED


def test_a_failure_tells_scripts_which_condition_it_is():
    call = Call(CANON.tools["TOOL-008"], "HUB-PEOPLE", None, {"mx_present": True}, NOON)

    (found,) = failures(call, CANON)

    assert found.as_json() == {
        "fact": "domain_verified",
        "condition": "domain_verified is true",
        "said": "is not known",
    }
