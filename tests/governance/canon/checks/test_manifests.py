"""Manifests and locks: parsed, with the place of each name."""

import json

import pytest

from governance.canon.checks import manifests
from tests.governance.canon.checks.trees import KNOWN


def found(name, text):
    read = manifests.check(name, text.encode(), KNOWN)
    return [(one.line, one.column, one.rule.value, one.name) for one in read.findings]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ('[project]\ndependencies = ["httpx", "lxml>=5"]', 2, 27),
        ("[project.optional-dependencies]\nx = [\n  # 'lxml>=5'\n  'lxml>=5',\n]", 4, 4),
        ('[dependency-groups]\ndev = [{include-group = "x"}, "lxml"]', 2, 32),
        ('[build-system]\nrequires = ["lxml"]', 2, 14),
        ('[tool.poetry.dependencies]\nlxml = "^5"', 2, 1),
        ('[tool.poetry.dependencies.lxml]\nversion = "5"', 1, 27),
        ('[tool.poetry.dev-dependencies]\n"lxml" = "^5"', 2, 2),
        ('[tool.poetry.group.dev.dependencies]\nlxml = "^5"', 2, 1),
        ('[tool.uv]\ndev-dependencies = ["lxml"]', 2, 22),
        ('[tool.pdm.dev-dependencies]\ntest = ["lxml"]', 2, 10),
        ('[tool.hatch.envs.default]\nextra-dependencies = ["lxml"]', 2, 24),
    ],
)
def test_every_table_of_dependencies_of_pyproject_is_read(text, line, column):
    assert found("pyproject.toml", text) == [(line, column, "banned-library", "lxml")]


@pytest.mark.parametrize(
    "text",
    [
        '[project]\nname = "lxml"\ndescription = "no lxml, no requests"\nkeywords = ["lxml"]',
        '[project]\ndependencies = ["requests-oauthlib", "types-requests"]',
        '[tool.poetry.dependencies]\npython = "^3.11"',
        '[project]\ndependencies = "lxml"x'.removesuffix("x").replace('"lxml"', "5"),
        "[tool]\npoetry = 5\nuv = []",
    ],
)
def test_what_is_no_dependency_is_not_found(text):
    assert found("pyproject.toml", text) == []


def test_the_same_requirement_in_two_tables_is_found_twice():
    text = '[project]\ndependencies = ["lxml"]\n[dependency-groups]\ndev = ["lxml"]'

    assert [(line, column) for line, column, *_ in found("pyproject.toml", text)] == [
        (2, 18),
        (4, 9),
    ]


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


def test_what_a_locked_package_asks_for_counts_once_as_the_package_itself():
    text = (
        '[[package]]\nname = "app"\ndependencies = [{ name = "lxml" }]\n'
        '[[package]]\nname = "lxml"\n'
    )

    assert found("uv.lock", text) == [(5, 9, "banned-library", "lxml")]


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
    [finding] = manifests.check(name, text.encode(), KNOWN).findings

    assert finding.rule == "unreadable" and finding.said.startswith(reason)


@pytest.mark.parametrize("name", sorted(manifests.READERS))
@pytest.mark.parametrize("held", [[], 5, None, {"package": 5}, {"default": []}, {"package": [5]}])
def test_one_of_another_shape_is_no_fault(name, held):
    text = json.dumps(held) if name == "Pipfile.lock" else ""

    assert found(name, text) == []
