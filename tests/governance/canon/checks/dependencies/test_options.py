"""Options of a line of requirements: their values, however they are written."""

import pytest

from governance.canon.checks.dependencies import options


def read(text):
    return [(one.name, one.value, one.fault) for one in options.read(text, 0)]


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("-r a.txt", "-r", "a.txt"),
        ("-ra.txt", "-r", "a.txt"),
        ("--requirement=a.txt", "--requirement", "a.txt"),
        ("--requirem a.txt", "--requirement", "a.txt"),
        ('-r "my file.txt"', "-r", "my file.txt"),
        ("--requirement='a.txt'", "--requirement", "a.txt"),
        ("--pre", "--pre", ""),
        ("-e ./app ; python_version > '3'", "-e", "./app"),
    ],
)
def test_a_value_is_read_however_it_is_given(text, name, value):
    assert read(text) == [(name, value, "")]


def test_several_stand_in_one_line():
    assert read("--pre -i https://packages.example -r a.txt --hash=sha256:00 -c b.txt") == [
        ("--pre", "", ""),
        ("-i", "https://packages.example", ""),
        ("-r", "a.txt", ""),
        ("--hash", "sha256:00", ""),
        ("-c", "b.txt", ""),
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("--requirements a.txt", options.UNKNOWN),
        ("--re a.txt", options.UNKNOWN),
        ("-R a.txt", options.UNKNOWN),
        ("- httpx", options.UNKNOWN),
        ("-- x", options.UNKNOWN),
        ("--pre a.txt", options.STRAY),
        ("-r", options.EMPTY),
        ("--index-url=", options.EMPTY),
        ("-e {{app}}", options.UNSOUND),
    ],
)
def test_what_pip_does_not_know_is_said(text, fault):
    assert fault in [one for *_, one in read(text)]


def test_its_value_is_found_where_it_stands():
    [one] = options.read("  -r  'a.txt'", 2)

    assert "  -r  'a.txt'"[one.start :].startswith("a.txt")
