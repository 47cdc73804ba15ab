"""Waivers: with reason and last day; what is not complete is void."""

from datetime import date

import pytest

from governance.canon.checks.findings import State
from governance.canon.checks.waivers import FILE
from tests.governance.canon.checks import trees

DAY = date(2026, 3, 31)
WHOLE = {
    "rule": '"banned-import"',
    "file": '"a.py"',
    "name": '"lxml"',
    "reason": '"until the parser is gone"',
    "by": '"ada"',
    "expires": "2026-03-31",
}


def waiver(**changes):
    fields = {name: value for name, value in (WHOLE | changes).items() if value is not None}
    return "[[waiver]]\n" + "".join(f"{name} = {value}\n" for name, value in fields.items())


def run(folder, text, today=DAY, code="import lxml\n"):
    trees.write(folder, {"a.py": code, FILE: text})
    return trees.run(folder, today=today)


def test_a_waived_finding_does_not_count_and_says_why_and_until_when(tmp_path):
    report = run(tmp_path, waiver())

    [finding] = report.findings
    assert report.exit_code == 0
    assert (finding.state, finding.until) == (State.WAIVED, DAY)
    assert finding.because == "until the parser is gone (ada)"


def test_they_may_stand_beside_what_else_ci_needs(tmp_path):
    trees.write(tmp_path, {"a.py": "import lxml\n", f".ci/{FILE}": waiver()})

    assert trees.run(tmp_path, today=DAY).exit_code == 0


def test_the_last_day_counts_and_the_next_one_does_not(tmp_path):
    assert run(tmp_path, waiver(), today=DAY).exit_code == 0

    over = run(tmp_path, waiver(), today=date(2026, 4, 1))

    assert over.exit_code == 1
    assert over.notes == ["The waiver of banned-import lxml in a.py ended on 2026-03-31."]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reason": None}, "has no reason"),
        ({"reason": '"  "'}, "has no text as reason"),
        ({"by": '""'}, "has no by"),
        ({"expires": None}, "has no expires"),
        ({"expires": '"2026-03-31"'}, "expires on no day"),
        ({"expires": '"never"'}, "expires on no day"),
        ({"expires": "2026-03-31T00:00:00Z"}, "expires on no day"),
        ({"expires": "true"}, "expires on no day"),
        ({"file": None}, "has no file"),
        ({"file": "5"}, "has no text as file"),
        ({"rule": '"banned"'}, "names no rule"),
        ({"until": '"x"'}, "has “until”"),
    ],
)
def test_a_malformed_one_is_void_and_named(tmp_path, changes, said):
    report = run(tmp_path, waiver(**changes))

    assert report.exit_code == 1
    assert [said in note and note.endswith("it is void.") for note in report.notes] == [True]


@pytest.mark.parametrize(
    "text", ["[[waiver", "waiver = 5", "waiver = [5]", "x = 1\n" + waiver(by=None)]
)
def test_a_malformed_file_waives_nothing(tmp_path, text):
    report = run(tmp_path, text)

    assert report.exit_code == 1 and "it is void." in report.notes[0]


def test_one_void_waiver_leaves_the_others(tmp_path):
    report = run(tmp_path, waiver(reason=None) + waiver())

    assert report.exit_code == 0 and len(report.notes) == 2


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": '"bs4"'}, 1),
        ({"file": '"b.py"'}, 1),
        ({"rule": '"banned-library"'}, 1),
        ({"name": None}, 0),
        ({"file": '"*.py"'}, 0),
    ],
)
def test_it_answers_for_what_it_names_alone(tmp_path, changes, code):
    assert run(tmp_path, waiver(**changes)).exit_code == code


def test_one_that_answers_for_nothing_and_one_that_soon_ends_are_told(tmp_path):
    idle = run(tmp_path, waiver(), today=date(2026, 1, 1), code="x = 1")
    soon = run(tmp_path, waiver(), today=date(2026, 3, 20))
    calm = run(tmp_path, waiver(), today=date(2026, 1, 1))

    assert ["answers for nothing" in note for note in idle.notes] == [True]
    assert ["ends on 2026-03-31" in note for note in soon.notes] == [True]
    assert calm.notes == []


def test_a_file_that_cannot_be_read_may_be_waived_too(tmp_path):
    text = waiver(rule='"unreadable"', name=None)

    assert run(tmp_path, text, code="print 'x'").exit_code == 0


def test_one_that_is_named_and_not_there_checks_nothing(tmp_path):
    trees.write(tmp_path, {"a.py": ""})

    assert trees.run(tmp_path, waivers=tmp_path / "gone.toml").exit_code == 2
