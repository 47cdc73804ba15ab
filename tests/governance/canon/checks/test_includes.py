"""Files in which others go on: read once wherever they lie in the tree, and named where they do not."""

import pytest

from tests.governance.canon.checks import trees


def test_they_are_read_once_by_whatever_name_and_in_whatever_circle(tmp_path):
    trees.write(
        tmp_path,
        {
            "requirements.txt": "-r reqs/deps.pip\n-c .hidden/limits\n-r requirements.txt\n",
            "reqs/deps.pip": "lxml\n-r ../requirements.txt\n-r more\n-r ../reqs/./more\n",
            "reqs/more": "bs4\n-r ../linked/more\n",
            ".hidden/limits": "scrapy\n",
            "code.py": "selenium\n",
            "dev-requirements.in": f"-r code.py\n-r {tmp_path}/reqs/more\n",
        },
    )
    (tmp_path / "linked").symlink_to("reqs")

    assert trees.found(tmp_path) == [
        (".hidden/limits:1:1", "banned-library", "scrapy"),
        ("code.py:1:1", "banned-library", "selenium"),
        ("reqs/deps.pip:1:1", "banned-library", "lxml"),
        ("reqs/more:1:1", "banned-library", "beautifulsoup4"),
    ]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("../outside.txt", "../outside.txt, which lies outside of what was checked"),
        ("/etc/hosts", "/etc/hosts, which lies outside of what was checked"),
        ("out/outside.txt", "out/outside.txt, which lies outside of what was checked"),
        ("https://me:word@files.example/a", "https://files.example/a, which is an address"),
        ("file:base.txt", "file:base.txt, which is an address"),
        ("sub", "sub, which is a folder"),
        ("a\0b", "a\N{REPLACEMENT CHARACTER}b, which no file is called"),
    ],
)
@pytest.mark.parametrize("option", ["-r", "-c"])
def test_what_is_not_read_is_named_by_the_line_that_names_it(tmp_path, option, name, why):
    trees.write(tmp_path, {"outside.txt": "lxml\n"})
    tree = trees.write(
        tmp_path / "tree", {"requirements.txt": f"httpx\n{option} {name}\n", "sub/a.py": ""}
    )
    (tree / "out").symlink_to(tmp_path)

    report = trees.run(tree)

    [one] = report.open
    assert (report.exit_code, one.place, one.rule) == (2, "requirements.txt:2:4", "unreadable")
    assert one.said == f"goes on in {why}: nothing of that was read"


@pytest.mark.parametrize("name", ["gone.txt", "x" * 5_000])
def test_one_that_is_not_there_is_unreadable(tmp_path, name):
    trees.write(tmp_path, {"requirements.txt": f"-r {name}\n"})

    assert trees.run(tmp_path).exit_code == 2


def test_what_is_remembered_of_a_file_names_them_too(tmp_path):
    trees.write(tmp_path, {"requirements.txt": "-r more\n-r ../out.txt\n", "more": "lxml\n"})

    first, again = (trees.run(tmp_path, is_cached=True) for _ in range(2))

    assert len(first.open) == 2
    assert first.open == again.open
