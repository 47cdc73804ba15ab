"""How a playbook gets its next version."""

import pytest

from governance.exceptions import NotPermitted, PlaybookRefused, StateRefused
from governance.models import Playbook
from governance.services.playbooks import run_plans, versions
from tests import make
from tests.governance.rules import PARK_TRIED, RESET

pytestmark = pytest.mark.django_db


@pytest.fixture
def playbook():
    return Playbook.objects.get(slug="ops-backlog-cleanup")


def test_saving_makes_the_next_version_and_keeps_the_old_one(playbook):
    author = make.triager()

    version = versions.save(playbook, [PARK_TRIED, RESET], by=author, note="Fewer rules.", base=1)

    assert (version.number, version.author, version.note, playbook.current) == (
        2,
        author,
        "Fewer rules.",
        version,
    )
    assert version.rules[0] == {**PARK_TRIED, "subject": "error"}
    assert version.rules[1]["subject"] == "company_target"
    assert len(playbook.versions.get(number=1).rules) == 6


def test_a_version_needs_a_note_a_change_and_the_right(playbook):
    with pytest.raises(PlaybookRefused, match="note"):
        versions.save(playbook, [PARK_TRIED], by=make.triager(), note=" ", base=1)
    with pytest.raises(PlaybookRefused, match="nothing to save"):
        versions.save(playbook, playbook.current.rules, by=make.triager(), note="Same.", base=1)
    with pytest.raises(NotPermitted):
        versions.save(playbook, [PARK_TRIED], by=make.analyst(), note="Mine.", base=1)

    assert playbook.versions.count() == 1


def test_a_version_saved_by_somebody_else_meanwhile_is_not_overwritten(playbook):
    versions.save(playbook, [PARK_TRIED], by=make.triager(), note="First.", base=1)

    with pytest.raises(StateRefused, match="in the meantime"):
        versions.save(playbook, [RESET], by=make.triager(), note="Second.", base=1)

    assert playbook.current.rules[0]["verb"] == "park"


def test_a_planned_run_keeps_the_rules_it_was_planned_with(playbook):
    make.error(make.DOL)
    run = run_plans.make(playbook.current, by=make.triager())

    versions.save(playbook, [RESET], by=make.triager(), note="Only resets.", base=1)

    run.refresh_from_db()
    assert (run.version.number, run.operations.count()) == (1, 6)


def test_a_simulation_refuses_unsound_rules(playbook):
    with pytest.raises(PlaybookRefused, match="Not registered"):
        versions.simulate(playbook, [{**PARK_TRIED, "codes": ["TYPO"]}])
