"""Where code stands, read from the files of Git."""

import os

import pytest

from governance.canon.checks.console import checkouts
from governance.canon.checks.console.checkouts import Checkout

HASH, OTHER = "a" * 40, "b" * 64
ORIGIN = """[core]
\tbare = false
[remote "fork"]
\turl = git@github.com:ada/fork.git
[remote "origin"]
\tfetch = +refs/heads/*:refs/remotes/origin/*
\turl = {}
[branch "main"]
\tremote = origin
"""


@pytest.fixture(autouse=True)
def outside_of_ci(monkeypatch):
    for name in checkouts.BRANCHES:
        monkeypatch.delenv(name, raising=False)


def write(folder, **files):
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_", "-")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.fixture
def tree(tmp_path):
    """A checkout of the branch fix/lxml."""
    tree = tmp_path / "ingest"
    write(
        tree / ".git",
        HEAD="ref: refs/heads/fix/lxml\n",
        config=ORIGIN.format("git@github.com:acme/ingest.git"),
        refs__heads__fix__lxml=f"{HASH}\n",
    )
    return tree


def test_a_checkout_says_where_it_stands(tree):
    whole = Checkout("acme/ingest", "fix/lxml", HASH)

    assert checkouts.of(tree) == whole
    (tree / "src").mkdir()
    (tree / "src/a.py").write_text("")
    assert checkouts.of(tree / "src") == checkouts.of(tree / "src/a.py") == whole


def test_a_commit_is_found_among_packed_references(tree):
    (tree / ".git/refs/heads/fix/lxml").unlink()
    packed = f"# pack-refs\n{OTHER} refs/heads/fix/lxml\n{HASH} refs/heads/main\n"
    (tree / ".git/packed-refs").write_text(packed)

    assert checkouts.of(tree).commit == OTHER
    (tree / ".git/packed-refs").write_text("")
    assert checkouts.of(tree).commit == ""


def test_a_further_working_tree_reads_what_it_shares(tree, tmp_path):
    own = write(
        tree / ".git/worktrees/other",
        HEAD="ref: refs/heads/other\n",
        commondir="../..\n",
    )
    write(tree / ".git", refs__heads__other=HASH)
    other = tmp_path / "other"
    other.mkdir()
    (other / ".git").write_text(f"gitdir: {own}\n")

    assert checkouts.of(other) == Checkout("acme/ingest", "other", HASH)


@pytest.mark.parametrize("name", checkouts.BRANCHES)
def test_ci_names_the_branch_of_a_checkout_that_has_none(tree, monkeypatch, name):
    (tree / ".git/HEAD").write_text(f"{HASH}\n")
    assert checkouts.of(tree) == Checkout("acme/ingest", "", HASH)

    monkeypatch.setenv(name, "fix/scrapy")

    assert checkouts.of(tree).branch == "fix/scrapy"


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://ada:secret@git.example/acme/ingest.git", "acme/ingest"),
        ("https://git.example/group/sub/ingest/", "group/sub/ingest"),
        ("ssh://git@git.example:2222/acme/ingest", "acme/ingest"),
        ("git@git.example:acme/ingest.git", "acme/ingest"),
        ("/srv/git/ingest.git", "ingest"),
        ("file:///srv/git/ingest.git", "ingest"),
        ("http://[::1", ""),
    ],
)
def test_a_repository_is_named_without_host_and_what_signs_in(address, name):
    assert checkouts.named_by(address) == name


def test_without_an_origin_or_without_git_it_is_called_as_its_folder(tree, tmp_path):
    (tree / ".git/config").write_text("[core]\n")
    plain = tmp_path / "plain"
    plain.mkdir()
    (plain / "a.py").write_text("")

    assert checkouts.of(tree).repository == "ingest"
    assert checkouts.of(plain) == checkouts.of(plain / "a.py") == Checkout("plain")


def test_what_is_no_checkout_says_nothing(tree):
    (tree / ".git/HEAD").unlink()
    os.mkfifo(tree / ".git/HEAD")
    (tree / ".git/config").write_bytes(b"\xff\x00")

    assert checkouts.of(tree) == Checkout("ingest")
    (tree / ".git/HEAD").unlink()
    (tree / ".git/HEAD").write_text("ref: refs/heads/.invalid\n")
    assert checkouts.of(tree) == Checkout("ingest")
    assert checkouts.of(tree / "a\0b") == Checkout()
