"""Tags of states: who names another state than the present one is refused."""

import pytest

from outreach_admin.api.versions import tag_of
from tests.outreach_admin.api.probes import made

MAKING = "/api/probe/making/"
TAG = tag_of(0)
WORD = TAG.strip('"')


def test_a_tag_says_one_state():
    assert tag_of("a", 1) == tag_of("a", 1) != tag_of("a", 2)
    assert TAG.startswith('"') and TAG.endswith('"') and TAG.isascii()


@pytest.mark.parametrize(
    "given",
    [
        "",
        "*",
        TAG,
        f"W/{TAG}",
        f'"{WORD}-gzip"',
        f'W/"{WORD}-br"',
        f"{TAG};gzip",
        f'"other", {TAG}',
    ],
)
def test_the_present_state_is_known_whatever_compression_made_of_its_tag(triager, given):
    assert triager.get(MAKING, If_Match=given).status_code == 200


@pytest.mark.parametrize("given", ['"other"', 'W/"other"', WORD[:-1], "**", f'"{WORD}-x"'])
def test_another_state_is_refused(triager, given):
    answer = triager.get(MAKING, If_Match=given)

    assert answer.status_code == 412
    assert "has changed since you read it" in answer.json()["detail"]


def test_the_tag_of_an_answer_matches_until_it_changes(triager):
    tag = triager.get(MAKING)["ETag"]
    before = triager.get(MAKING, If_Match=tag).status_code

    triager.post(MAKING)

    assert (before, triager.get(MAKING, If_Match=tag).status_code, made()) == (200, 412, 1)
