"""Which files are checked, as what, and what is left out."""

from pathlib import Path

import pytest

from governance.canon.checks import files
from outreach_admin.disk import sources
from tests.governance.canon.checks import trees

LXML = "import lxml\n"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("a.py", "python"),
        ("a.pyi", "python"),
        ("setup.py", "setup"),
        ("a.ipynb", "notebook"),
        ("requirements.txt", "requirements"),
        ("requirements-dev.lock", "requirements"),
        ("dev-requirements.in", "requirements"),
        ("Requirements_test.txt", "requirements"),
        ("constraints.txt", "requirements"),
        ("requirements/base.txt", "requirements"),
        ("pyproject.toml", "pyproject.toml"),
        ("pylock.dev.toml", "pylock.toml"),
        ("uv.lock", "uv.lock"),
        ("docs/DONE_STATE_DEFINITIONS.md", "contract"),
        ("README.md", ""),
        ("toolbox.yaml", ""),
        ("notes.txt", ""),
        ("package-lock.json", ""),
        ("my_requirements_list.md", ""),
    ],
)
def test_files_are_read_as_what_they_are_named(path, kind):
    assert files.kind_of(Path(path)) == kind


def test_a_script_without_ending_is_known_by_its_first_line(tmp_path):
    trees.write(
        tmp_path,
        {
            "run": "#!/usr/bin/env python3\nimport lxml\n",
            "other": "#!/bin/sh\nimport lxml\n",
            "LICENSE": "import lxml\n",
        },
    )

    assert trees.found(tmp_path) == [("run:2:8", "banned-import", "lxml")]


@pytest.mark.parametrize(
    ("folder", "why"),
    [
        ("node_modules", "packages of another language"),
        ("__pycache__", "compiled code"),
        ("lib/site-packages", "installed packages"),
        (".hidden", "a hidden folder"),
        ("old/archive", "an archive that nothing can import"),
    ],
)
def test_folders_that_are_left_out_are_named_with_the_reason(tmp_path, folder, why):
    trees.write(tmp_path, {f"{folder}/a.py": LXML, "b.py": ""})

    report = trees.run(tmp_path)

    assert report.exit_code == 0
    assert report.left_out == {folder: why}


def test_a_virtual_environment_is_left_out_by_whatever_name(tmp_path):
    trees.write(tmp_path, {"env/pyvenv.cfg": "", "env/a.py": LXML, "b.py": ""})

    assert trees.run(tmp_path).left_out == {"env": "a virtual environment"}


@pytest.mark.parametrize(
    "files",
    [
        {"archive/__init__.py": "", "archive/a.py": LXML},
        {".github/scripts/a.py": LXML},
        {"build/a.py": LXML},
        {"tests/a.py": LXML},
        {"vendor/other/a.py": LXML},
    ],
)
def test_code_that_runs_is_checked_wherever_it_lies(tmp_path, files):
    trees.write(tmp_path, files)

    assert [name for _, _, name in trees.found(tmp_path)] == ["lxml"]


def test_compressed_archives_are_not_opened(tmp_path):
    trees.write(tmp_path, {"old.zip": b"PK\x03\x04 import lxml", "a.py": ""})

    assert trees.run(tmp_path).files == 1


@pytest.mark.parametrize("path", ["app/_vendor/requests/__init__.py", "vendor/bs4.py"])
def test_a_vendored_copy_of_a_banned_library_is_found(tmp_path, path):
    trees.write(tmp_path, {path: "x = 1\n"})

    [(place, rule, _)] = trees.found(tmp_path)
    assert (place, rule) == (f"{path}:1:1", "banned-library")


def test_a_module_of_ones_own_is_no_copy(tmp_path):
    trees.write(tmp_path, {"services/requests.py": "", "app/requests/__init__.py": ""})

    assert trees.found(tmp_path) == []


def test_a_module_named_as_a_banned_pattern_is_found(tmp_path):
    trees.write(tmp_path, {"jobs/bulk_enrichment.py": "", "jobs/bulk_enrichment.md": ""})

    assert trees.found(tmp_path) == [
        ("jobs/bulk_enrichment.py:1:1", "banned-pattern", "bulk_enrichment")
    ]


def test_links_lead_nowhere_twice_and_nowhere_outside(tmp_path):
    tree = trees.write(tmp_path / "tree", {"a.py": LXML})
    trees.write(tmp_path / "other", {"b.py": LXML})
    (tree / "round").symlink_to(tree)
    (tree / "self.py").symlink_to("self.py")
    (tree / "twin.py").symlink_to("a.py")
    (tree / "out").symlink_to(tmp_path / "other")

    report = trees.run(tree)

    assert [trees.shown(one)[:2] for one in report.open] == [
        ("a.py:1:8", "banned-import"),
        ("self.py:1:1", "unreadable"),
    ]
    assert report.left_out == {"out": "a link that leads out of the tree"}


def test_a_file_beyond_the_limit_is_named(tmp_path, monkeypatch):
    trees.write(tmp_path, {"big.py": "x = 1\n" * 200 + LXML})
    assert trees.found(tmp_path) == [("big.py:201:8", "banned-import", "lxml")]

    monkeypatch.setattr("governance.canon.checks.batches.MAX_BYTES", 1_000)

    [(_, rule, _)] = trees.found(tmp_path)
    assert rule == "unreadable"


def test_a_link_to_a_file_outside_is_named_as_unreadable(tmp_path):
    tree = trees.write(tmp_path / "tree", {"a.py": ""})
    trees.write(tmp_path, {"b.py": LXML})
    (tree / "b.py").symlink_to("../b.py")

    [finding] = trees.run(tree).open
    assert finding.said == sources.OUTSIDE


def test_names_that_no_encoding_has_are_shown(tmp_path):
    tree = trees.write(tmp_path / "tree", {"a.py": ""})
    with open(bytes(tree) + b"/\xff.py", "w") as opened:  # noqa: PTH123 - a name of bytes
        opened.write(LXML)

    assert trees.found(tree) == [("\\udcff.py:1:8", "banned-import", "lxml")]
