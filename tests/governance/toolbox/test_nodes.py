"""Nodes that know their line."""

import pytest

from governance.toolbox.nodes import Problems, compose
from governance.toolbox.phrases import HUB_ID, PROSE, VERSION


def read(text: str):
    problems = Problems()
    return compose(text, problems), problems.found


def test_a_value_is_read_as_its_phrase_or_refused_where_it_stands():
    top, found = read("a: 1\nb: x\n")

    values = {key.name: value.read(VERSION) for key, value in top.named()}

    assert values == {"a": 1, "b": None}
    assert [(one.line, one.field) for one in found] == [(2, "b")]


def test_what_stands_twice_in_a_list_is_named_with_its_place():
    top, found = read("hubs: [HUB-A, HUB-B, HUB-A]\n")

    assert top.fields("hubs")["hubs"].listed(HUB_ID) == ["HUB-A", "HUB-B"]
    assert [str(one) for one in found] == ["line 1, hubs[2]: It stands here twice."]


@pytest.mark.parametrize("text", ["a: ~\n", "a:\n", "a: null\n"])
def test_nothing_is_no_text(text):
    top, found = read(text)

    assert top.fields("a")["a"].read(PROSE) is None
    assert [one.said for one in found] == ["Nothing stands here."]


@pytest.mark.parametrize("text", ["a: &x [*x]\n", "x: &x [1]\na: *x", "a: &x b\n*x : c\n"])
def test_a_node_is_not_used_again(text):
    top, found = read(text)

    assert top is None
    assert ["An alias stands here" in one.said for one in found] == [True]
