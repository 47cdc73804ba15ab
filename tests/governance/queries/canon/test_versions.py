"""Versions of the canon beside each other."""

import pytest

from governance.models import CanonVersion
from governance.queries.canon import versions as queries
from governance.services.canon import versions
from governance.toolbox import reading
from tests import make
from tests.governance.canon import canons
from tests.governance.queries.canon.test_kept import enforced

pytestmark = pytest.mark.django_db


def first():
    return CanonVersion.objects.get(version=2)


def test_what_a_version_changes_of_another_is_told():
    third = versions.load(canons.text(3, ("tier: 0", "tier: 1")), by=make.manager())

    found = queries.compared(first(), third)

    assert (found.old, found.trouble) == (first(), "")
    assert [(one.entry, one.field) for one in found.changes] == [("TOOL-001 MXLookup", "tier")]


def test_a_version_that_is_not_understood_is_said_to_be():
    text = canons.text(3, ("tier: 0", "tier: 9"))
    unread = CanonVersion.objects.create(version=3, sha256=reading.digest(text), text=text)

    found = queries.compared(first(), unread)

    assert found.changes == []
    assert found.trouble.startswith("This version of the console does not understand version 3")


def test_a_version_is_read_beside_the_one_in_force():
    third = versions.load(canons.text(3), by=make.manager())

    assert queries.before(third) == first()
    assert queries.before(first()) is None


def test_the_version_in_force_is_read_beside_the_one_before_it():
    third = enforced(canons.text(3))

    assert queries.before(third) == first()
    assert queries.before(first()) == third


def test_each_time_that_it_was_put_in_force_is_known_with_person_and_reason():
    third = enforced(canons.text(3))
    person = make.manager(first_name="Ines", last_name="Duarte")
    versions.enforce(first(), by=person, reason="It refused too much.")
    versions.enforce(third, by=make.manager(), reason="Mended.")
    versions.enforce(first(), by=person, reason="Not mended.")

    found = queries.enforcements(first())

    assert [(one.by, one.event.reason) for one in found] == [
        ("Ines Duarte", "Not mended."),
        ("Ines Duarte", "It refused too much."),
    ]
    assert len(queries.enforcements(third)) == 2
