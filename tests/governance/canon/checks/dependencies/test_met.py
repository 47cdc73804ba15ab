"""One requirement of a manifest, and the patterns by which it is found again."""

import re

import pytest

from governance.canon.checks.dependencies import met
from governance.canon.checks.dependencies.met import Required, Unread


def test_a_package_is_told_and_so_is_what_cannot_be_read():
    assert [*met.requirement("httpx>=1", "p")] == [Required("httpx", "p")]
    assert [*met.requirement("./app", "p")] == [Required("app", "p")]
    assert [*met.requirement("httpx 1", "p")] == [
        Required("httpx", "p"),
        Unread("has a requirement that cannot be read: “httpx 1”", "p"),
    ]


@pytest.mark.parametrize("text", ["httpx[x]>=1", "!", "(", "a\\b"])
def test_a_requirement_is_found_again_in_quotes(text):
    found = re.search(met.quoted(text), f'x = ["{text}"]')

    assert found["name"] in text and found.start("name") >= 6


@pytest.mark.parametrize(
    "line", ["httpx = '1'", '  "httpx" = 1', "[tool.x.httpx]", "httpx.git = 1"]
)
def test_a_key_is_found_again(line):
    assert re.search(met.key("httpx"), line)
    assert not re.search(met.key("http"), line)
