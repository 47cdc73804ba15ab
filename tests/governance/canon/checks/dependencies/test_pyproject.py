"""pyproject.toml: every table by which a tool is told what to install."""

import pytest

from tests.governance.canon.checks.dependencies.readings import check, found, unread


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
        ('[tool.hatch.build.hooks.x]\ndependencies = ["lxml"]', 2, 18),
        ('[tool.uv]\nextra-build-dependencies = {x = ["lxml"]}', 2, 35),
        ('[tool.pixi.feature.x.pypi-dependencies]\nlxml = "*"', 2, 1),
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
        "",
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
    ("text", "line", "said"),
    [
        ("project = 5", 1, "has no table as project"),
        ("[project]\ndependencies = 5", 2, "has no list of requirements as project.dependencies"),
        (
            "[project]\noptional-dependencies = []",
            2,
            "has no table as project.optional-dependencies",
        ),
        (
            '[project.optional-dependencies]\nx = "lxml"',
            2,
            "has no list of requirements as project.optional-dependencies.x",
        ),
        ("dependency-groups = 5", 1, "has no table as dependency-groups"),
        (
            "[dependency-groups]\na = [{include-group = 5}]",
            2,
            "has in dependency-groups.a what is no requirement",
        ),
        ("[tool]\npoetry = 5", 2, "has no table as tool.poetry"),
        ("[tool]\nuv = []", 2, "has no table as tool.uv"),
        (
            '[tool.poetry]\ndependencies = ["lxml"]',
            2,
            "has no table of packages as tool.poetry.dependencies",
        ),
        ("[tool.poetry.group]\ndev = 5", 2, "has no table as tool.poetry.group.dev"),
        (
            "[tool.setuptools.dynamic]\ndependencies = {attr = 'a.b'}",
            2,
            "names no files as tool.setuptools.dynamic.dependencies",
        ),
        (
            "[tool.setuptools.dynamic]\ndependencies = {file = [5]}",
            2,
            "names no files as tool.setuptools.dynamic.dependencies",
        ),
        (
            '[project]\ndependencies = ["httpx", "httpx 1"]',
            2,
            "has a requirement that cannot be read: “httpx 1”",
        ),
    ],
)
def test_a_table_of_another_shape_is_named(text, line, said):
    assert unread("pyproject.toml", text) == [(line, said)]


@pytest.mark.parametrize(
    "text",
    [
        '[tool.setuptools.dynamic]\ndependencies = {file = ["a.txt", "b.txt"]}',
        '[tool.setuptools.dynamic]\ndependencies.file = "a.txt"\noptional-dependencies.x.file = "b.txt"',
        '[tool.hatch.metadata.hooks.requirements_txt]\nfiles = ["a.txt"]\noptional-dependencies.x = ["b.txt"]',
    ],
)
def test_files_that_are_named_instead_are_told(text):
    assert [one.file for one in check("pyproject.toml", text).includes] == ["a.txt", "b.txt"]
