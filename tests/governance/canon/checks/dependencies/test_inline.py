"""What a script says of itself in a comment: its packages, and what of that cannot be read."""

import pytest

from governance.canon.checks.dependencies import inline
from tests.governance.canon.checks import trees

SCRIPT = """#!/usr/bin/env -S uv run --script
# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "httpx",
#   "lxml>=5",
# ]
# ///
import httpx
"""


def said(text):
    return [(one.line, one.said) for one in inline.check(text, trees.KNOWN)]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_its_packages_are_found_where_they_stand(newline):
    found = trees.in_code(SCRIPT.replace("\n", newline))

    assert found == [(6, 6, "banned-library", "lxml")]


def test_scripts_without_ending_and_cells_are_read_too(tmp_path):
    trees.write(tmp_path, {"run": SCRIPT, "a.ipynb": trees.notebook(SCRIPT)})

    assert trees.found(tmp_path) == [
        ("a.ipynb:cell 1:6:6", "banned-library", "lxml"),
        ("run:6:6", "banned-library", "lxml"),
    ]


@pytest.mark.parametrize(
    ("block", "line", "words"),
    [
        ("# dependencies = 5", 2, "has no list of requirements as dependencies"),
        ('# dependencies = ["a b"]', 2, "has a requirement that cannot be read: “a b”"),
        ("# [tool]\n# uv = 5", 3, "has no table as tool.uv"),
        ("# dependencies = [", 2, "has a block “# /// script” that is not TOML: "),
        ("#\n# ///\n\n# /// script", 6, "has a second block “# /// script”"),
    ],
)
def test_what_cannot_be_read_of_it_is_named(block, line, words):
    [(number, sentence)] = said(f"# /// script\n{block}\n# ///\n")

    assert number == line and sentence.startswith(words)


@pytest.mark.parametrize(
    "text",
    [
        '# /// script\n# dependencies = ["lxml"]\n',
        '# /// other\n# dependencies = ["lxml"]\n# ///\n',
        '# /// script\n#dependencies = ["lxml"]\n# ///\n',
        '  # /// script\n  # dependencies = ["lxml"]\n  # ///\n',
        'TEXT = """\n# /// script\n# dependencies = ["lxml"]\n# ///\n"""\n',
        "# /// script\n#\n# ///\n",
    ],
)
def test_what_is_no_such_comment_says_nothing(text):
    assert said(text) == []
