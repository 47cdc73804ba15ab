"""setup.py: what it hands to setup(), and what of that nobody can read off."""

import pytest

from tests.governance.canon.checks.dependencies.readings import check, found, unread

COMPUTED = "computes install_requires of setup(), of which nothing can be read off"


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("setup(install_requires=['lxml>=5'])", 1, 26),
        ("NEEDS = ['lxml']\nsetup(install_requires=NEEDS, tests_require=NEEDS)", 1, 11),
        ("NEEDS = []\nif x:\n    NEEDS += ['lxml']\nsetup(install_requires=NEEDS)", 3, 16),
        ("NEEDS = []\nNEEDS.append('lxml')\nsetup(install_requires=NEEDS)", 2, 15),
        ("setup(extras_require={'requests': ['lxml']})", 1, 37),
        (
            "E = {}\nE['x'] = ['lxml']\nE['all'] = sum(E.values(), [])\nsetup(extras_require=E)",
            2,
            12,
        ),
        ("setup(setup_requires=[] if x else ['lxml'])", 1, 37),
        ("setup(tests_require='''\n# no\nlxml>=5 # why\n'''.splitlines())", 3, 1),
        ("setup(tests_require='httpx lxml'.split())", 1, 28),
        ("setup(install_requires=[f'lxml=={V}', 'httpx>=%s' % V, 'idna==' + V])", 1, 27),
        ("setup(install_requires=['lxml=={}'.format(V)])", 1, 26),
        ("A = dict(install_requires=['lxml'])\nsetup(**A)", 1, 29),
        ("A = {'name': f()}\nA['install_requires'] = ['lxml']\nsetup(**A)", 2, 27),
        ("setup(**{**A}, **{'tests_require': ['lxml']})\nA = {}", 1, 38),
        ("run(install_requires=['lxml'])", 1, 24),
    ],
)
def test_what_stands_in_it_is_read_by_whatever_way_it_comes(text, line, column):
    assert found("setup.py", text) == [(line, column, "banned-library", "lxml")]


@pytest.mark.parametrize(
    "value",
    [
        "needs()",
        "open('requirements.txt').read().splitlines()",
        "IMPORTED",
        "[*more(), 'httpx']",
        "['httpx'] + OTHERS",
        "[f'{NAME}>=1']",
        "['httpx' + SUFFIX]",
        "[one.lower() for one in ['HTTPX']]",
        "LOOPED",
    ],
)
def test_what_setup_is_given_and_nobody_can_read_off_is_named(value):
    text = f"for LOOPED in ():\n    pass\nLOOPED = []\nsetup(install_requires={value})"

    assert unread("setup.py", text) == [(4, COMPUTED)]


@pytest.mark.parametrize("text", ["setup(**arguments())", "setup(**{name: []})", "s(**f())"])
def test_so_are_arguments_that_nobody_can_read_off(text):
    head = "from setuptools import setup as s; "

    assert [said for _, said in unread("setup.py", head + text)] == [
        "computes arguments of setup(), of which nothing can be read off"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "setup(name='lxml', packages=find_packages(), version=read())",
        "run(install_requires=needs())",
        "setup(install_requires=['httpx', None] or ())",
        "A = A\nsetup(install_requires=[one for one in ['httpx'] if one])",
        "NEEDS = NEEDS = []\nNEEDS += NEEDS\nsetup(install_requires=NEEDS)",
        "def (",
    ],
)
def test_what_requires_nothing_is_clean(text):
    assert found("setup.py", text) == []


def test_a_library_that_is_named_in_what_is_computed_is_found_beside():
    rules = [rule for _, _, rule, _ in found("setup.py", "setup(install_requires=f('lxml'))")]

    assert sorted(rules) == ["banned-library", "unreadable"]


def test_one_that_is_nested_without_end_is_named():
    text = "setup(install_requires=" + "[] + " * 3_000 + "[])"

    assert [said for _, said in unread("setup.py", text)] in (
        [],
        ["is nested too deeply to be read"],
    )
    assert check("setup.py", text).includes == ()
