"""Playbooks by the API: rules, versions, what they would do."""

import pytest

from governance.models import Operation, Playbook, PlaybookVersion
from tests import make
from tests.callers import Caller
from tests.governance.rules import PARK_DOL, RETRY, planned, rule

pytestmark = pytest.mark.django_db

PLAYBOOKS = "/api/playbooks/"


@pytest.fixture
def triager() -> Caller:
    return Caller(make.triager(), "triage")


@pytest.fixture
def playbook() -> Playbook:
    make.errors(2, make.DOL)
    make.error(make.CT, retry_count=1)
    return make.playbook([PARK_DOL, RETRY]).playbook


def test_playbooks_are_listed_with_version_and_last_run(triager, playbook):
    run = planned(RETRY, by=make.triager())

    rows = triager.get(PLAYBOOKS).json()["results"]

    found = {row["slug"]: row for row in rows}
    of_run = found[run.version.playbook.slug]
    assert (of_run["version"], of_run["runs"], of_run["last_run"]) == (1, 1, run.pk)
    unrun = found[playbook.slug]
    assert (unrun["runs"], unrun["last_run"]) == (0, None)
    body = {"filter": {"q": playbook.name}}
    assert triager.post(f"{PLAYBOOKS}search/", body).json()["results"]


def test_a_playbook_is_read_with_its_rules_in_words_and_its_versions(triager, playbook):
    PlaybookVersion.objects.create(playbook=playbook, number=2, rules=[RETRY], note="Less.")

    said = triager.get(f"{PLAYBOOKS}{playbook.slug}/").json()
    earlier = triager.get(f"{PLAYBOOKS}{playbook.slug}/?version=1").json()

    assert (said["version"], said["is_current"]) == (2, True)
    assert [version["number"] for version in said["versions"]] == [2, 1]
    assert [one["rule"]["verb"] for one in earlier["rules"]] == ["park", "retry"]
    assert earlier["is_current"] is False
    assert "NO_MATCH" in earlier["rules"][0]["rows"] and earlier["rules"][0]["wrong"] == ""
    filter = earlier["rules"][0]["filter"]
    assert len(triager.get(f"/api/errors/?{filter}").json()["results"]) == 2
    for wrong, status in [("9", 404), ("x", 400), ("", 400)]:
        answer = triager.get(f"{PLAYBOOKS}{playbook.slug}/?version={wrong}")
        assert answer.status_code == status


def test_rules_are_counted_and_nothing_is_kept(triager, playbook):
    said = triager.post(f"{PLAYBOOKS}{playbook.slug}/simulate/").json()

    counts = [one["count"] for one in said["rules"]]
    assert [(count["matched"], count["eligible"]) for count in counts] == [(2, 2), (1, 1)]
    assert not Operation.objects.exists()


def test_other_rules_are_tried(triager, playbook):
    rules = [rule("Park all", "park", make.CT, reason="DATA_QUALITY")]

    said = triager.post(f"{PLAYBOOKS}{playbook.slug}/simulate/", {"rules": rules}).json()

    assert [one["count"]["eligible"] for one in said["rules"]] == [1]
    assert said["rules"][0]["count"]["refusals"] == {}


def test_rules_that_are_not_sound_are_refused(triager, playbook):
    address = f"{PLAYBOOKS}{playbook.slug}/simulate/"
    good = rule("Park", "park", make.CT, reason="DATA_QUALITY")
    for wrong in (
        {"verb": "fly"},
        {"error_table": "none"},
        {"codes": ["NONE"]},
        {"parameters": {"reason": "X"}},
        {"min_retries": 3, "max_retries": 1},
        {"filter": "select=all"},
        {"subject": 5},
        {"name": ""},
        {"parameters": {"reason": {}}},
        {"codes": {}},
    ):
        answer = triager.post(address, {"rules": [good | wrong]})

        assert answer.status_code == 422 or wrong == {"subject": 5}, wrong


def test_counting_is_for_those_who_may_run(playbook):
    viewer = Caller(make.viewer(), "triage")

    assert viewer.post(f"{PLAYBOOKS}{playbook.slug}/simulate/").status_code == 403
    assert viewer.get(f"{PLAYBOOKS}{playbook.slug}/").status_code == 200
    assert viewer.get(f"{PLAYBOOKS}none/").status_code == 404


def test_the_list_costs_as_much_for_one_as_for_many(triager, django_assert_max_num_queries):
    triager.get(PLAYBOOKS)
    with django_assert_max_num_queries(10) as few:
        triager.get(PLAYBOOKS)
    for _ in range(9):
        make.playbook([RETRY])
    with django_assert_max_num_queries(10) as many:
        triager.get(PLAYBOOKS)

    assert len(few) == len(many)
