"""A whole run: what is counted, what is refused, and the exit code."""

import pytest

from governance.canon.checks import runs
from governance.canon.checks.runs import How
from tests.governance.canon.checks import trees


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"a.py": "x = 1"}, 0),
        ({"a.py": "import lxml"}, 1),
        ({"a.py": "def ("}, 2),
        ({"a.py": "import lxml", "b.py": "def ("}, 2),
        ({"README.md": "import lxml"}, 2),
        ({}, 2),
    ],
)
def test_the_exit_code_says_clean_violations_or_not_all_could_be_checked(tmp_path, files, code):
    assert trees.run(trees.write(tmp_path, files)).exit_code == code


def test_unreadable_files_are_listed_beside_what_was_found(tmp_path):
    trees.write(tmp_path, {"a.py": "import lxml", "b.py": "x = 1\ndef ("})

    assert trees.found(tmp_path) == [
        ("a.py:1:8", "banned-import", "lxml"),
        ("b.py:2:1", "unreadable", ""),
    ]


@pytest.mark.parametrize("name", ["gone", "a\x00b", "x" * 5_000, "a.py/b"])
def test_a_path_that_is_not_there_is_refused(tmp_path, name):
    trees.write(tmp_path, {"a.py": ""})

    report = trees.run(tmp_path / name)

    assert report.exit_code == 2 and "cannot be checked" in report.refusal


def test_one_file_can_be_checked(tmp_path):
    trees.write(tmp_path, {"a.py": "import lxml", "b.py": "import bs4"})

    assert trees.found(tmp_path / "a.py") == [("a.py:1:8", "banned-import", "lxml")]


def test_the_current_folder_is_checked_where_none_is_named(tmp_path, monkeypatch):
    trees.write(tmp_path, {"requirements.txt": "-r sub/base.txt", "sub/base.txt": "lxml"})
    monkeypatch.chdir(tmp_path)

    report = runs.run(How())

    assert [one.place for one in report.open] == ["sub/base.txt:1:1"]


def test_what_was_read_is_counted(tmp_path):
    report = trees.run(trees.write(tmp_path, {"a.py": "a\nb\n", "b.py": "c"}))

    assert (report.files, report.lines, report.canon) == (2, 4, 2)
