"""What the list of versions shows."""

import pytest
from django.utils import timezone

from governance.queries.canon import kept
from governance.services.canon import versions
from governance.tables.canonversions import VersionTable
from tests import make
from tests.governance.canon import canons
from tests.governance.tables import drawn

pytestmark = pytest.mark.django_db


def shown(number):
    version = kept.listed().with_standing().get(version=number)
    cells = drawn.row(VersionTable, version, as_of=timezone.now())
    return {name: drawn.text(cell) for name, cell in cells.items()}


def test_the_version_in_force_says_so_and_leads_to_its_page():
    cells = shown(2)

    assert 'href="/canon/versions/2/"' in cells["version"]
    assert cells["state"].endswith("In force</span>")
    assert "with the console" in cells["loaded"] and "as the first one" in cells["enforced"]


def test_a_version_that_waits_was_never_in_force():
    person = make.manager(first_name="Ines", last_name="Duarte")
    versions.load(canons.text(3), by=person)

    cells = shown(3)

    assert cells["state"].endswith("Never in force</span>")
    assert "Ines Duarte" in cells["loaded"] and "never" in cells["enforced"]


def test_a_version_whose_place_another_took_was_in_force():
    third = versions.load(canons.text(3), by=make.manager())
    versions.enforce(third, by=make.manager(), reason="Reviewed.")

    assert shown(2)["state"].endswith("Was in force</span>")
    assert shown(3)["state"].endswith("In force</span>")
