"""Expressions: the texts that they hold, and what of them is computed."""

import ast

import pytest

from governance.canon.checks.dependencies.literals import HOLE, Literals, Text


def held(expression, before=""):
    """The texts of an expression; None for each part that is computed."""
    tree = ast.parse(before)
    literals = Literals(tree)
    read = literals.read(ast.parse(expression, mode="eval").body)
    return [one.said if isinstance(one, Text) else None for one in read]


@pytest.mark.parametrize(
    ("expression", "texts"),
    [
        ("['a', ('b',), {'c'}, {'k': 'd'}, *['e']]", ["a", "b", "c", "d", "e"]),
        ("'a' + 'b'", ["ab"]),
        ("'a' + x", [f"a{HOLE}"]),
        ("f'a{x}b'", [f"a{HOLE}b"]),
        ("'a%sb' % x", [f"a{HOLE}b"]),
        ("'a{}b{0}'.format(x)", [f"a{HOLE}b{HOLE}"]),
        ("'a,b'.split(',')", ["a\nb"]),
        ("['a'] + ['b']", ["a", "b"]),
        ("{'k': 'a'} | {'k': 'b'}", ["a", "b"]),
        ("sorted(set(['a']))", ["a"]),
        ("dict(k='a')", ["a"]),
        ("(x := ['a'])", ["a"]),
        ("['a'][0]", ["a"]),
        ("x()", [None]),
        ("[x(), 'a']", [None, "a"]),
        ("[one for two in ['a'] for one in two]", [None]),
        ("lambda: 'a'", [None]),
        ("5", []),
    ],
)
def test_what_an_expression_holds(expression, texts):
    assert held(expression) == texts


@pytest.mark.parametrize(
    ("before", "texts"),
    [
        ("a = ['1']\na = ['2']", ["1", "2"]),
        ("a: list = ['1']", ["1"]),
        ("a = []\na.insert(0, '1')\na.setdefault('k', '2')", ["1", "2"]),
        ("a = b\nb = a + ['1']", ["1"]),
        ("a, b = f()", [None]),
        ("a = ['1']\nwith f() as a: pass", [None]),
        ("", [None]),
    ],
)
def test_a_name_holds_all_that_it_is_ever_given(before, texts):
    assert held("a", before) == texts
