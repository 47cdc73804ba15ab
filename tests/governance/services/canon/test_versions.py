"""Versions of the canon: brought in, put in force by somebody else, kept for good."""

import pytest
from structlog.testing import capture_logs

from governance.exceptions import CanonRefused, NotPermitted, StateRefused
from governance.models import CanonVersion, Event
from governance.reference import sync
from governance.services.canon import versions
from tests import make
from tests.governance.canon import canons
from tests.governance.services.canon.test_reasons import UNUSABLE

pytestmark = pytest.mark.django_db

# a text that is changed is another version: raise its number, and write its digest here
SHIPPED = {
    2: "f2b9a74911f4f8adf6f337adfdb8a417f6313869cfd5ec37091f8aa8d842c426",
}


def in_force() -> CanonVersion:
    return CanonVersion.objects.enforced().first()


def test_the_shipped_text_is_in_force_after_migrate_alone():
    kept = CanonVersion.objects.get()

    assert {kept.version: kept.sha256} == SHIPPED
    assert kept.text == sync.TOOLBOX.read_text()
    assert kept.enforced_at is not None
    assert (kept.loaded_by, kept.enforced_by) == (None, None)


def test_a_second_sync_adds_nothing():
    sync.sync(using="default")

    assert CanonVersion.objects.count() == 1


def test_a_later_shipped_text_waits_until_somebody_puts_it_in_force():
    before = in_force()

    versions.add_shipped(canons.text(3), using="default")

    assert in_force() == before
    assert CanonVersion.objects.get(version=3).enforced_at is None


def test_a_shipped_text_whose_number_is_taken_is_left_out_and_told():
    versions.load(canons.text(3), by=make.manager())

    with capture_logs() as said:
        versions.add_shipped(canons.text(3, ("50 per second", "49 per second")), using="default")

    assert "50 per second" in CanonVersion.objects.get(version=3).text
    assert [one["event"] for one in said] == ["shipped canon left out"]


def test_a_text_is_kept_and_is_not_in_force():
    person = make.manager()

    version = versions.load(canons.text(3), by=person)

    assert (version.version, version.loaded_by, version.enforced_at) == (3, person, None)
    assert in_force().version == 2
    event = Event.objects.filter(subject_type="governance_canonversion").latest("id")
    assert (event.actor, event.after["version"]) == (person.username, 3)


def test_the_same_text_is_kept_once():
    first = versions.load(canons.text(3), by=make.manager())

    assert versions.load(canons.text(3), by=make.manager()) == first


def test_a_text_with_mistakes_is_refused_with_all_of_them():
    wrong = canons.text(3, ("tier: 0", "tier: 9"), ("cost: free", "cost: nothing"))

    with pytest.raises(CanonRefused, match=r"tools\.TOOL-001\.tier: .* and 1 more") as refused:
        versions.load(wrong, by=make.manager())

    assert [one.field for one in refused.value.problems] == [
        "tools.TOOL-001.tier",
        "tools.TOOL-001.cost",
    ]


def test_a_number_that_is_taken_is_refused():
    with pytest.raises(CanonRefused, match="cannot be version 2") as refused:
        versions.load(canons.text(2, ("50 per second", "49 per second")), by=make.manager())

    assert "version: 3 or higher" in refused.value.what_to_do


def test_somebody_else_puts_it_in_force():
    version = versions.load(canons.text(3), by=make.manager())
    other = make.manager()

    kept = versions.enforce(version, by=other, reason="Reviewed on Monday.")

    assert in_force() == kept == version
    assert kept.enforced_by == other
    event = Event.objects.filter(subject_type="governance_canonversion").latest("id")
    assert (event.actor, event.reason) == (other.username, "Reviewed on Monday.")
    assert event.before["enforced_at"] is None and event.after["enforced_at"] is not None


def test_an_earlier_version_comes_back_the_same_way():
    version = versions.load(canons.text(3), by=make.manager())
    versions.enforce(version, by=make.manager(), reason="Reviewed.")

    first = CanonVersion.objects.get(version=2)
    versions.enforce(first, by=make.manager(), reason="It refused too much.")

    assert in_force() == first


@pytest.mark.parametrize("who", [make.manager, make.superuser])
def test_nobody_puts_in_force_what_is_his_own(who):
    person = who()
    version = versions.load(canons.text(3), by=person)

    with pytest.raises(CanonRefused, match="somebody else puts it in force"):
        versions.enforce(version, by=person, reason="Mine.")

    assert in_force().version == 2


def test_a_pipeline_puts_nothing_in_force():
    version = versions.load(canons.text(3), by=make.manager())
    token, _ = make.token(pipeline="loader")
    token.account.groups.set(make.manager().groups.all())

    with pytest.raises(CanonRefused, match="only people put versions in force"):
        versions.enforce(version, by=token.account, reason="By itself.")


@pytest.mark.parametrize("reason", UNUSABLE)
def test_a_version_is_put_in_force_for_a_reason_that_can_be_kept(reason):
    version = versions.load(canons.text(3), by=make.manager())

    with pytest.raises(StateRefused, match="needs a reason"):
        versions.enforce(version, by=make.manager(), reason=reason)

    assert in_force().version == 2


def test_what_is_in_force_is_not_put_in_force_again():
    with pytest.raises(StateRefused, match="Version 2 is in force"):
        versions.enforce(in_force(), by=make.manager(), reason="Again.")


def test_only_who_may_brings_in_and_puts_in_force():
    version = versions.load(canons.text(3), by=make.manager())
    person = make.triager()

    with pytest.raises(NotPermitted):
        versions.load(canons.text(4), by=person)
    with pytest.raises(NotPermitted):
        versions.enforce(version, by=person, reason="No right.")


def test_what_was_decided_over_another_version_is_refused():
    third = versions.load(canons.text(3), by=make.manager())
    fourth = versions.load(canons.text(4), by=make.manager())
    versions.enforce(third, by=make.manager(), reason="Reviewed.", instead_of=2)

    with pytest.raises(StateRefused, match="Version 3 was put in force in the meantime"):
        versions.enforce(fourth, by=make.manager(), reason="Reviewed.", instead_of=2)

    assert in_force() == third


def test_what_was_decided_over_the_version_in_force_is_done():
    third = versions.load(canons.text(3), by=make.manager())

    versions.enforce(third, by=make.manager(), reason="Reviewed.", instead_of=2)

    assert in_force() == third
