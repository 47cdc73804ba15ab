"""Which files are read, and of which nothing is claimed."""

import os
from contextlib import contextmanager

import pytest

from enrichment.scanner import __main__ as command
from enrichment.scanner import tree
from enrichment.scanner.records import WrongUse
from enrichment.scanner.settings import Settings
from outreach_admin.disk import sources
from tests.enrichment.scanner import trees

WRITER = f"{trees.EXPOSED}def ingest_x(db): db.table('raw.x').insert(1)\n"


NOBODY = 65_534


@contextmanager
def without_privileges():
    """Scan as an account that file modes bind: they do not bind root."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(before)


@pytest.fixture
def partly_closed(tmp_path, monkeypatch):
    """A tree, and the current folder, with a closed folder, one that lists names alone, a closed file."""
    folder = tmp_path / "tree"
    trees.write(folder, x=WRITER, closed__a=WRITER, names__b=WRITER, names__inner__c=WRITER)
    trees.write(folder, shut=WRITER, last=WRITER.replace("ingest_x", "ingest_last"))
    (folder / "names/out.py").symlink_to("b.py")
    modes = {"closed": 0o000, "names": 0o444, "shut.py": 0o000}
    for name, mode in modes.items():
        (folder / name).chmod(mode)
    monkeypatch.chdir(folder)
    yield folder.relative_to(folder)
    for name in modes:
        (folder / name).chmod(0o755)


def reasons(folder, settings=None):
    return {one.file: one.reason for one in tree.read(folder, settings).unreadable}


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"def broken(:\n", "is not Python: invalid syntax"),
        (b"# \xe9\nx = 1\n", sources.NOT_UTF8),
        (b"# coding: no-such-thing\n", sources.NOT_UTF8),
        (b"# coding: undefined\n", sources.NOT_UTF8),
        (b"x = '\x00'\n", "is not Python: "),
        (b"x = " + b"-" * 200_000 + b"1\n", ""),
        (b"x = " + b"(" * 1_000 + b")" * 1_000, "is not Python: too many nested parentheses"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_and_stops_nothing(raw, reason, tmp_path):
    (tmp_path / "broken.py").write_bytes(raw)

    found = trees.read(tmp_path, x=WRITER)

    [broken] = found.unreadable
    assert broken.file == "broken.py"
    assert broken.reason.startswith(reason)
    assert [one.name for one in found.functions] == ["ingest_x"]


def test_an_encoding_that_is_named_is_kept_to(tmp_path):
    (tmp_path / "x.py").write_bytes(b"# coding: latin-1\n# \xe9\n" + WRITER.encode())

    assert reasons(tmp_path) == {}


@pytest.mark.parametrize("depth", [50, 90, 5_000])
def test_code_that_is_nested_deeply_ends_nothing(depth, tmp_path):
    """A chain that the parser takes is followed only so far; one that it does not take is named."""
    chain = "db" + ".a()" * depth
    added = "+".join(["'a'"] * depth)
    (tmp_path / "deep.py").write_text(
        f"{trees.EXPOSED}def ingest_deep(db):\n    {chain}\n    db.execute({added})\n"
    )

    found = trees.read(tmp_path, x=WRITER)

    assert "ingest_x" in [one.name for one in found.functions]
    assert len(found.functions) + len(found.unreadable) == 2


def test_what_is_closed_is_named_and_the_rest_is_read(partly_closed):
    denied = "cannot be opened: Permission denied"

    with without_privileges():
        found = tree.read(partly_closed)

    assert [one.name for one in found.functions] == ["ingest_last", "ingest_x"]
    assert {one.file: one.reason for one in found.unreadable} == {
        "closed": sources.CLOSED,
        "names/b.py": denied,
        "names/inner": denied,
        "names/out.py": denied,
        "shut.py": denied,
    }


def test_an_audit_of_what_is_partly_closed_says_that_it_is_partial(partly_closed, capsys):
    with without_privileges():
        code = command.main([str(partly_closed)])

    said = capsys.readouterr().out
    assert code == 1
    assert "closed: unreadable" in said
    assert "The audit is partial: 5 could not be read." in said


def test_a_closed_tree_is_one_finding_and_one_out_of_reach_is_refused(partly_closed):
    with without_privileges():
        assert reasons(partly_closed / "closed") == {".": sources.CLOSED}
        with pytest.raises(WrongUse, match="cannot be read: Permission denied"):
            tree.read(partly_closed / "closed/a.py")


def test_a_closed_folder_that_is_left_out_is_not_named(partly_closed):
    patterns = ("closed/*", "names/*", "shut.py")

    with without_privileges():
        assert reasons(partly_closed, Settings(exclude=patterns)) == {}


def test_links_that_lead_in_circles_are_followed_once(tmp_path):
    trees.write(tmp_path, ingest__x=WRITER)
    (tmp_path / "ingest/loop").symlink_to(tmp_path)
    (tmp_path / "again").symlink_to(tmp_path / "ingest")
    (tmp_path / "x_again.py").symlink_to(tmp_path / "ingest/x.py")

    assert [one.name for one in tree.read(tmp_path).functions] == ["ingest_x"]


def test_links_out_of_the_tree_and_into_nothing_are_named(tmp_path):
    trees.write(tmp_path / "elsewhere", x=WRITER)
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "out.py").symlink_to(tmp_path / "elsewhere/x.py")
    (inside / "gone.py").symlink_to(tmp_path / "nothing.py")

    assert reasons(inside) == {
        "out.py": "is a link that leads out of the tree",
        "gone.py": "is a link that leads out of the tree",
    }


def test_links_that_lead_to_each_other_are_named(tmp_path):
    trees.write(tmp_path, x=WRITER)
    (tmp_path / "one.py").symlink_to("other.py")
    (tmp_path / "other.py").symlink_to("one.py")

    found = reasons(tmp_path)

    assert list(found) == ["one.py", "other.py"]
    assert all(one.startswith("cannot be opened: ") for one in found.values())


def test_a_file_that_is_too_large_and_one_that_is_none_are_named(tmp_path):
    (tmp_path / "large.py").write_text("x = 1\n" * 100)
    os.mkfifo(tmp_path / "pipe.py")

    assert reasons(tmp_path, Settings(max_bytes=100)) == {
        "large.py": "has 600 bytes; up to 100 are read",
        "pipe.py": "cannot be opened: it is no file",
    }


def test_what_is_hidden_installed_or_left_out_is_not_read(tmp_path):
    trees.write(
        tmp_path,
        **{f"{name}__x": WRITER for name in (".git", "venv", "node_modules", "left_out")},
    )

    assert tree.read(tmp_path, Settings(exclude=("left_out/*",))).files == 0


def test_a_name_that_is_no_text_is_written_as_one(tmp_path):
    made = os.open(os.fsencode(tmp_path) + b"/\xff.py", os.O_CREAT | os.O_WRONLY)
    os.write(made, b"def (")
    os.close(made)

    assert list(reasons(tmp_path)) == ["\ufffd.py"]


def test_one_file_is_a_tree_as_well_and_a_missing_one_is_refused(tmp_path):
    trees.write(tmp_path, x=WRITER, y=WRITER)

    assert tree.read(tmp_path / "x.py").files == 1
    with pytest.raises(WrongUse, match="nothing is not there"):
        tree.read(tmp_path / "nothing")
