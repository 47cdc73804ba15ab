"""Manifests and locks: parsed, with the place of each name, and with what of them cannot be read."""

import pytest

from governance.canon.checks.dependencies import manifests, requirements
from tests.governance.canon.checks.dependencies.readings import check, found, unread


@pytest.mark.parametrize(
    ("name", "text", "line", "column"),
    [
        ("setup.cfg", "[options]\ninstall_requires =\n    httpx\n    lxml>=5 # why\n", 4, 5),
        ("setup.cfg", "[options]\ninstall_requires = httpx; lxml\n", 2, 27),
        ("setup.cfg", "[options.extras_require]\nx =\n  lxml; python_version<'4'\n", 3, 3),
        ("setup.py", "from setuptools import setup\nsetup(install_requires=['lxml>=5'])", 2, 26),
        (
            "setup.py",
            "R = ['lxml']\nsetup(extras_require={'x': ['httpx']}, install_requires=R)",
            1,
            7,
        ),
        ("Pipfile", '[packages]\nlxml = "*"\n', 2, 1),
        ("Pipfile", '[docs]\nlxml = {version = "*"}\n', 2, 1),
        ("uv.lock", '[[package]]\nname = "lxml"\nversion = "5"', 2, 9),
        ("poetry.lock", '[[package]]\nname = "lxml"\nversion = "5"', 2, 9),
        ("pylock.toml", '[[packages]]\nname = "lxml"\nversion = "5"', 2, 9),
        ("Pipfile.lock", '{"_meta": {},\n "default": {"lxml": {"version": "5"}}}', 2, 15),
    ],
)
def test_every_kind_of_manifest_is_read(name, text, line, column):
    assert found(name, text) == [(line, column, "banned-library", "lxml")]


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("pyproject.toml", "[project", "is not TOML: "),
        ("Pipfile.lock", "{", "is not JSON"),
        ("setup.cfg", "install_requires = lxml", "is not written as setup.cfg is"),
        ("uv.lock", "a = " + "[" * 5_000, "is not TOML: "),
    ],
)
def test_one_that_cannot_be_parsed_is_named(name, text, reason):
    [(line, said)] = unread(name, text)

    assert line == 1 and said.startswith(reason)


@pytest.mark.parametrize("name", sorted(manifests.READERS))
@pytest.mark.parametrize(
    "text", ["", "[]", "5", "null", "\0", "a = 5", "[a]\nb = [5]", "{" * 9_000]
)
def test_whatever_stands_in_it_is_no_fault(name, text):
    assert all(rule == "unreadable" for _, _, rule, _ in found(name, text))


def test_a_library_and_what_is_wrong_with_it_have_one_place():
    places = {
        found[:2] for found in found("pyproject.toml", '[project]\ndependencies = ["lxml 5"]')
    }

    assert places == {(2, 18)}


def test_of_many_faults_the_first_are_named():
    text = "[project]\ndependencies = [" + ", ".join(f'"a {n}"' for n in range(99)) + "]"

    assert len(unread("pyproject.toml", text)) == requirements.MOST_UNREAD + 1


def test_files_in_which_it_goes_on_have_their_place():
    text = '[tool.setuptools.dynamic]\ndependencies = {file = ["a.txt"]}'

    assert check("pyproject.toml", text).includes == (("a.txt", 2, 26),)
