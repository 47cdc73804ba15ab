"""Notebooks: code beside magics, what they install, and what is no notebook."""

import json

import pytest

from governance.canon.checks.code import notebooks
from tests.governance.canon.checks.trees import KNOWN, notebook


def found(*cells, **given):
    read = notebooks.check(notebook(*cells, **given).encode(), KNOWN)
    return [(one.cell, one.line, one.column, one.rule.value, one.name) for one in read.findings]


LXML = "banned-import", "lxml"


@pytest.mark.parametrize(
    ("cell", "line", "column"),
    [
        ("%matplotlib inline\nimport lxml", 2, 8),
        ("%%time\nimport lxml", 2, 8),
        ("!ls -l\nfiles = !ls\nimport lxml\n?lxml\nlxml?", 3, 8),
        ("for x in y:\n    %cd {x}\n    import lxml", 3, 12),
        ("%time import lxml", 1, 14),
        ("%timeit -n 10 import lxml", 1, 22),
        ("x = (5\n%y\n)\nimport lxml", 4, 8),
        ("await f()\nimport lxml", 2, 8),
    ],
)
def test_an_import_beside_a_magic_counts(cell, line, column):
    assert found("x = 1", cell) == [(2, line, column, *LXML)]


@pytest.mark.parametrize(
    ("cell", "line", "column", "name"),
    [
        ("%pip install -q lxml", 1, 17, "lxml"),
        ("x = 1\n!pip install 'requests[socks]>=2' httpx", 2, 15, "requests"),
        ("!{sys.executable} -m pip install bs4", 1, 34, "beautifulsoup4"),
        ("!uv pip install scrapy", 1, 17, "scrapy"),
    ],
)
def test_what_a_magic_installs_is_found(cell, line, column, name):
    assert found(cell) == [(1, line, column, "banned-library", name)]


@pytest.mark.parametrize("cell", ["%%bash\nimport lxml\n", "%%html\n<b>lxml</b>", "!echo lxml", ""])
def test_what_is_no_python_is_not_read_as_such(cell):
    assert found(cell) == []


def test_notebooks_of_another_language_and_cells_of_text_hold_no_python():
    text = json.loads(notebook("import lxml"))
    text["cells"][0]["cell_type"] = "markdown"

    assert found("library(lxml)", language="R") == []
    assert notebooks.check(json.dumps(text).encode(), KNOWN).findings == ()


def test_a_cell_that_cannot_be_read_is_named_and_the_others_are_checked():
    assert found("def (", "import lxml") == [
        (1, 1, 1, "unreadable", ""),
        (2, 1, 8, *LXML),
    ]


def test_the_older_form_with_worksheets_is_read():
    cell = {"cell_type": "code", "input": ["import lxml\n"]}
    data = json.dumps({"nbformat": 3, "worksheets": [{"cells": [cell]}]}).encode()

    assert [one.name for one in notebooks.check(data, KNOWN).findings] == ["lxml"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b'{"cells": 5}',
        b'{"cells": [5]}',
        b'{"cells": [{"cell_type": "code", "source": 5}]}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_what_is_no_notebook_is_named(data):
    assert [one.said for one in notebooks.check(data, KNOWN).findings] == [notebooks.NO_NOTEBOOK]
