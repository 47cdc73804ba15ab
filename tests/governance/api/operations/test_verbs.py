"""What an account may plan, by the API."""

import pytest

from tests import make
from tests.callers import Caller

pytestmark = pytest.mark.django_db


def listed(person) -> dict:
    answer = Caller(person).get("/api/verbs/")
    assert answer.status_code == 200
    return {verb["name"]: verb for verb in answer.json()["results"]}


def test_verbs_are_listed_with_what_they_ask():
    verbs = listed(make.triager())

    park = {one["name"]: one for one in verbs["park"]["parameters"]}
    assert (verbs["park"]["subject"], verbs["park"]["noun"]) == ("error", "error")
    assert (park["reason"]["kind"], park["reason"]["required"]) == ("choice", True)
    assert "DATA_QUALITY" in {choice["value"] for choice in park["reason"]["choices"]}
    assert "Platform team" in {choice["value"] for choice in park["owner"]["choices"]}
    (note,) = verbs["resolve"]["parameters"]
    assert (note["kind"], note["max_length"]) == ("text", 2000)
    assert verbs["resolve"]["clears"] is True
    assert verbs["restore"]["subject"] == "archive"


def test_only_what_the_account_may_plan_is_listed():
    assert listed(make.viewer()) == {}
    assert "import" not in listed(make.manager())


def test_what_is_listed_can_be_planned():
    triager = Caller(make.triager(), "triage")

    for name in listed(triager.token.account):
        answer = triager.post("/api/operations/", {"verb": name, "ids": []})
        assert answer.json()["detail"] == "“ids” names no row: nothing is selected."
