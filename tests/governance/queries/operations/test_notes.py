"""What people wrote of late."""

import pytest

from governance.queries.operations import notes as all_notes
from governance.services.operations import plans, runner
from tests import make
from tests.governance.reading import read_only

pytestmark = pytest.mark.django_db
latest = read_only(all_notes.latest)


def resolve(by, note: str, *, runs: bool = True) -> None:
    plan = plans.make("resolve", errors=[make.error()], by=by, note=note)
    if runs:
        runner.run(plan)


def test_the_last_different_notes_of_this_person_come_back_newest_first():
    mine, other = make.triager(), make.manager()
    for note in ("one", "two", "three", "four", "two"):
        resolve(mine, note)
    resolve(other, "not mine")
    resolve(mine, "never done", runs=False)

    assert latest("resolve", by=mine) == ["two", "four", "three"]
    assert latest("park", by=mine) == []


def test_old_notes_are_not_looked_for(monkeypatch):
    monkeypatch.setattr(all_notes, "LOOKED_THROUGH", 2)
    by = make.triager()
    for note in ("one", "two", "three"):
        resolve(by, note)

    assert latest("resolve", by=by) == ["three", "two"]
