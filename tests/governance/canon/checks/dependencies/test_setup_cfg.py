"""setup.cfg: what setuptools reads of it."""

import pytest

from tests.governance.canon.checks.dependencies.readings import check, found, unread

LXML = "banned-library", "lxml"


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("[options]\ninstall_requires =\n    httpx\n    lxml>=5 # why\n", 4, 5),
        ("[options]\ninstall-requires = lxml\n", 2, 20),
        ("[options]\nInstall_Requires = httpx; lxml\n", 2, 27),
        ("[options]\nsetup_requires = lxml\n", 2, 18),
        ("[options.extras_require]\nx =\n  lxml; python_version<'4'\n", 3, 3),
        (
            "[options]\ninstall_requires = x @ git+https://a.example/x#egg=x\ntests_require = lxml",
            3,
            17,
        ),
        ("[flake8]\na = 1\na = 2\n[options]\ninstall_requires = lxml", 5, 20),
    ],
)
def test_requirements_are_read_wherever_setuptools_looks(text, line, column):
    assert found("setup.cfg", text) == [(line, column, *LXML)]


def test_files_that_it_names_are_told():
    text = (
        "[options]\ninstall_requires = file: a.txt, b.txt\n[options.extras_require]\nx = file:c.txt"
    )

    assert check("setup.cfg", text).includes == (
        ("a.txt", 2, 26),
        ("b.txt", 2, 33),
        ("c.txt", 4, 10),
    )


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("[options]\ninstall_requires", 1, "has no value as install_requires"),
        (
            "[options]\ninstall_requires =\n  httpx\n  httpx 1",
            4,
            "has a requirement that cannot be read: “httpx 1”",
        ),
        (
            "[options]\ninstall_requires = attr: app.needs",
            2,
            "has a requirement that cannot be read: “attr: app.needs”",
        ),
        ("[options]\na = 1\na = 2", 1, "has options twice, or an option of it"),
        ("[options]\n[options]", 1, "has options twice, or an option of it"),
        ("install_requires = lxml", 1, "is not written as setup.cfg is"),
    ],
)
def test_what_setuptools_would_not_read_is_named(text, line, said):
    assert unread("setup.cfg", text) == [(line, said)]


def test_one_without_requirements_is_clean():
    assert found("setup.cfg", "[metadata]\nname = lxml\n[flake8]\nmax-line-length") == []
