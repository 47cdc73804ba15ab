"""Code on the disk: each file once, its bytes, text and syntax, or why not."""

import ast
import subprocess
import sys

import pytest

from outreach_admin.disk import sources
from outreach_admin.disk.sources import Fault
from tests.servers import ROOT


def walked(root, outside=None):
    found = sources.walk(
        root,
        takes=lambda path: path.suffix == ".py",
        enters=lambda path: path.name != "left",
        outside=(outside if outside is not None else []).append,
    )
    return [str(path.relative_to(root)) for path in found]


@pytest.fixture
def tree(tmp_path):
    for name in ("a.py", "b/c.py", "left/d.py", "b/notes.txt"):
        path = tmp_path / "tree" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x = 1\n")
    return tmp_path / "tree"


def test_each_file_is_found_once_whatever_links_lead_to_it(tree):
    (tree / "again.py").symlink_to("a.py")
    (tree / "b/up").symlink_to(tree)
    (tree / "loop.py").symlink_to("loop.py")

    assert walked(tree) == ["a.py", "loop.py", "b/c.py"]


def test_a_folder_behind_a_link_out_of_the_tree_is_told_and_not_entered(tree, tmp_path):
    outside = []
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/e.py").write_text("")
    (tree / "link").symlink_to(tmp_path / "elsewhere")

    assert walked(tree, outside) == ["a.py", "b/c.py"]
    assert outside == [tree / "link"]


def test_bytes_are_read_up_to_a_size(tree):
    assert sources.raw(tree / "a.py", tree, max_bytes=6) == b"x = 1\n"
    assert sources.raw(tree / "a.py", tree, max_bytes=5) == Fault("has 6 bytes; up to 5 are read")


def test_a_link_that_leads_out_and_what_is_not_there_are_faults(tree, tmp_path):
    (tmp_path / "secret.py").write_text("")
    (tree / "out.py").symlink_to(tmp_path / "secret.py")

    assert sources.raw(tree / "out.py", tree, max_bytes=10) == Fault(sources.OUTSIDE)
    assert sources.raw(tree / "gone.py", tree, max_bytes=10).reason.startswith("cannot be opened")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"# coding: latin-1\n\xe9", "# coding: latin-1\né"),
        (b"\xef\xbb\xbfx", "x"),
        (b"\xe9", Fault(sources.NOT_UTF8)),
    ],
)
def test_text_is_in_the_encoding_that_its_file_names(data, text):
    assert sources.decoded(data) == text


def test_syntax_is_read_or_the_line_of_the_fault_is_named():
    assert isinstance(sources.parsed("x = 1"), ast.Module)
    assert sources.parsed("x = 1\ndef (").line == 2
    assert sources.parsed("x = " + "(" * 100_000).reason
    assert sources.parsed("x = '\ud800'").reason == f"is not Python: {sources.NO_LETTER}"
    assert sources.parsed("x = '\0'").reason == f"is not Python: {sources.NUL}"


def test_it_brings_in_no_django():
    code = "import sys, outreach_admin.disk.sources; sys.exit('django' in sys.modules)"

    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
