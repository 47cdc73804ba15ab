"""What was checked before is known by its content alone."""

import json

import pytest

from governance.canon.checks import caches
from tests.governance.canon.checks import trees


@pytest.fixture
def tree(tmp_path):
    return trees.write(tmp_path / "tree", {"a.py": "import lxml\n", "b.py": "def ("})


def kept():
    [path] = caches.folder().glob("*.json")
    return path, json.loads(path.read_text())


def run(tree):
    return [trees.shown(one) for one in trees.run(tree, is_cached=True).open]


def test_a_second_run_finds_the_same_without_checking_anew(tree, monkeypatch):
    first = run(tree)
    monkeypatch.setattr("governance.canon.checks.files.check", None)

    assert run(tree) == first and len(first) == 2


def test_a_file_that_changed_is_checked_anew_even_with_its_old_moment_and_size(tree):
    run(tree)
    path = tree / "a.py"
    stat = path.stat()
    path.write_text("import os  \n")
    import os

    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))

    assert path.stat().st_size == stat.st_size
    assert [rule for _, rule, _ in run(tree)] == ["unreadable"]


def test_the_same_content_elsewhere_is_found_there(tree):
    run(tree)
    (tree / "a.py").rename(tree / "c.py")

    assert [place for place, *_ in run(tree)][1] == "c.py:1:8"


def test_what_another_version_of_the_checks_found_is_forgotten(tree):
    run(tree)
    path, held = kept()
    path.write_text(json.dumps(held | {"stamp": "older", "files": dict.fromkeys(held["files"])}))

    assert len(run(tree)) == 2
    assert kept()[1]["stamp"] == caches.stamp()


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", "[" * 100_000])
def test_one_that_is_broken_is_made_anew(tree, text):
    first = run(tree)
    kept()[0].write_text(text)

    assert run(tree) == first


@pytest.mark.parametrize("value", [None, 5, [1], [1, [], [["x"]]], [1, [], [[1, 2, 3, 4, 5, 6]]]])
def test_an_entry_that_is_broken_is_checked_anew(tree, value):
    first = run(tree)
    path, held = kept()
    path.write_text(json.dumps(held | {"files": dict.fromkeys(held["files"], value)}))

    assert run(tree) == first


def test_it_lies_outside_of_the_repository_and_goes_without_where_it_cannot(tree, monkeypatch):
    run(tree)
    assert sorted(path.name for path in tree.iterdir()) == ["a.py", "b.py"]

    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null/nowhere")

    assert len(run(tree)) == 2


def test_what_is_gone_from_the_tree_is_gone_from_the_cache(tree):
    run(tree)
    (tree / "b.py").unlink()
    run(tree)

    assert len(kept()[1]["files"]) == 1
