"""Names with what they stand for, and places in characters."""

import ast

import pytest

from governance.canon.checks.code import syntax


def read(text):
    return syntax.read(ast.parse(text), text)


def test_columns_count_characters_whatever_their_bytes():
    found = read("é = '🦆'; f()")

    [call] = found.calls
    assert found.place(call) == (1, 10)


def test_lines_are_those_of_python_whatever_ends_them():
    found = read("a = '''\x0c\u2028'''\r\nb = 1\rf(x)")

    assert found.place(found.calls[0]) == (3, 1)


@pytest.mark.parametrize(
    ("before", "called", "dotted"),
    [
        ("import a.b as c", "c.d()", "a.b.d"),
        ("from a import b as c", "c.d()", "a.b.d"),
        ("import a\nb = a.c", "b.d()", "a.c.d"),
        ("from . import a", "a()", "a"),
        ("", "f().g()", ""),
    ],
)
def test_a_name_is_what_it_stands_for(before, called, dotted):
    found = read(f"{before}\n{called}")

    assert found.dotted(found.calls[0].func) == dotted


def test_texts_are_read_off_constants_sums_and_the_beginning_of_f_strings():
    found = read("A = 'a'\nA = 'b'\nf(A + 'c', f'x{A}y', A % 1, unknown + 'z')")

    read_off = [found.texts(one) for one in found.calls[0].args]
    assert read_off == [["ac", "bc"], ["x"], [], []]


def test_sums_of_many_texts_stay_few():
    text = "\n".join(f"A = '{n}'" for n in range(50))
    found = read(f"{text}\nf(A + A + A)")

    assert len(found.texts(found.calls[0].args[0])) == syntax.MOST_TEXTS


def test_docstrings_are_no_strings():
    assert [one.value for one in read('"""a"""\nx = "b"\n"c"').strings] == ["b"]
