"""Locks and the Pipfile: which packages they hold, and what shows that one is none."""

import pytest

from tests.governance.canon.checks.dependencies.readings import found, unread


def test_what_a_locked_package_asks_for_counts_once_as_the_package_itself():
    text = (
        '[[package]]\nname = "app"\ndependencies = [{ name = "lxml" }]\n'
        '[[package]]\nname = "lxml"\n'
    )

    assert found("uv.lock", text) == [(5, 9, "banned-library", "lxml")]


NO_LOCK = "has no [[package]]: it is no such lock"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("uv.lock", "", NO_LOCK),
        ("poetry.lock", "[metadata]", NO_LOCK),
        ("pdm.lock", "", NO_LOCK),
        ("pylock.toml", 'lock-version = "1.0"', "has no [[packages]]: it is no such lock"),
        ("uv.lock", "package = {}", "has no list of tables as package"),
        ("poetry.lock", "package = 5", "has no list of tables as package"),
        ("poetry.lock", "[[package]]\nname = 5", "has no name in [[package]] number 1"),
        ("uv.lock", "package = [{name = 'a'}, 5]", "has no name in [[package]] number 2"),
        ("Pipfile.lock", "[]", "has no packages as default or develop: it is no such lock"),
        (
            "Pipfile.lock",
            '{"_meta": {}}',
            "has no packages as default or develop: it is no such lock",
        ),
        ("Pipfile.lock", '{"default": []}', "has no table of packages as default"),
        ("Pipfile.lock", '{"default": {}, "docs": 5}', "has no table of packages as docs"),
        ("Pipfile", 'packages = ["lxml"]', "has no table of packages as packages"),
    ],
)
def test_one_of_another_shape_is_named(name, text, said):
    assert unread(name, text) == [(1, said)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("uv.lock", "version = 1"),
        ("poetry.lock", "package = []\n[metadata]"),
        ("pdm.lock", "[metadata]"),
        ("pylock.toml", "packages = []"),
        ("Pipfile.lock", '{"_meta": {}, "default": {}, "develop": {}}'),
        ("Pipfile", "[[source]]\nname = 'a'\n[requires]\npython_version = '3.12'\n[packages]"),
    ],
)
def test_one_of_nothing_is_clean(name, text):
    assert found(name, text) == []
