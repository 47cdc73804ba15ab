"""Baselines: what was there before, by identity and count."""

import json

import pytest

from governance.canon.checks import baselines
from governance.canon.checks.findings import State, Unchecked
from tests.governance.canon.checks import trees

TWICE = "import lxml\nimport lxml.etree\n"


def written(folder):
    path = folder.parent / "baseline.json"
    path.write_text(baselines.text(trees.run(folder).findings))
    return path


@pytest.fixture
def tree(tmp_path):
    return trees.write(tmp_path / "tree", {"a.py": TWICE})


def test_what_was_there_before_does_not_count(tree):
    report = trees.run(tree, baseline=written(tree))

    assert [one.state for one in report.findings] == [State.KNOWN, State.KNOWN]
    assert report.exit_code == 0


def test_moving_code_neither_hides_nor_invents_a_finding(tree):
    baseline = written(tree)
    (tree / "a.py").write_text("\n\nx = 1\nimport lxml.etree\n\nimport lxml\n")

    assert trees.run(tree, baseline=baseline).exit_code == 0


def test_one_more_of_the_same_counts(tree):
    baseline = written(tree)
    (tree / "a.py").write_text(f"{TWICE}import lxml.html\n")

    assert [one.place for one in trees.run(tree, baseline=baseline).open] == ["a.py:3:8"]


def test_the_same_in_another_file_counts(tree):
    baseline = written(tree)
    trees.write(tree, {"b.py": "import lxml"})

    assert [one.place for one in trees.run(tree, baseline=baseline).open] == ["b.py:1:8"]


def test_what_is_gone_is_told_so_that_it_cannot_come_back_unseen(tree):
    baseline = written(tree)
    (tree / "a.py").write_text("import lxml\n")

    report = trees.run(tree, baseline=baseline)

    assert report.exit_code == 0
    assert "1 times more than in the code" in report.notes[0]


def test_what_cannot_be_read_is_never_part_of_it(tree):
    trees.write(tree, {"b.py": "def ("})

    assert "b.py" not in written(tree).read_text()
    assert trees.run(tree, baseline=written(tree)).exit_code == 2


def entry(**changes):
    whole = {"rule": "banned-import", "file": "a.py", "name": "lxml", "count": 1}
    return json.dumps({"version": 1, "findings": [whole | changes]})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "[" * 100_000,
        '{"version": 9, "findings": []}',
        '{"version": 1}',
        '{"version": 1, "findings": [5]}',
        entry(count=0),
        entry(count=True),
        entry(count="1"),
        entry(file=None),
        entry(rule="unreadable"),
    ],
)
def test_one_that_is_not_sound_checks_nothing(tree, text):
    path = tree.parent / "baseline.json"
    path.write_text(text)

    with pytest.raises(Unchecked, match="Write it anew"):
        baselines.read(path)
    assert trees.run(tree, baseline=path).exit_code == 2


def test_one_that_is_not_there_checks_nothing(tree):
    report = trees.run(tree, baseline=tree / "gone.json")

    assert report.exit_code == 2 and "cannot be opened" in report.refusal
