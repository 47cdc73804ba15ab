"""Kill switches: stopped by who may, let go on by somebody else."""

import pytest

from governance.exceptions import NotPermitted, StateRefused, SwitchRefused
from governance.models import Event, KillSwitch
from governance.services.canon import switches
from tests import make
from tests.governance.services.canon.test_reasons import UNUSABLE

pytestmark = pytest.mark.django_db


def test_a_tool_is_stopped_with_its_reason():
    person = make.triager()

    switch = switches.stop("firecrawl", by=person, reason=" It bills\ntwice. ")

    assert KillSwitch.objects.standing().get() == switch
    assert (switch.tool, switch.by, switch.reason) == ("firecrawl", person, "It bills twice.")
    event = Event.objects.filter(subject_type="governance_killswitch").latest("id")
    assert (event.actor, event.reason) == (person.username, "It bills twice.")


def test_all_tools_are_stopped_at_once():
    assert switches.stop(by=make.triager(), reason="Audit.").tool == ""


def test_somebody_else_lets_it_go_on():
    switch = switches.stop("firecrawl", by=make.triager(), reason="It bills twice.")
    other = make.manager()

    released = switches.release(switch, by=other, reason="They paid back.")

    assert not KillSwitch.objects.standing().exists()
    assert released.released_by == other and released.released_at is not None
    event = Event.objects.filter(subject_type="governance_killswitch").latest("id")
    assert (event.actor, event.reason) == (other.username, "They paid back.")


@pytest.mark.parametrize("who", [make.manager, make.superuser])
def test_nobody_releases_what_is_his_own(who):
    person = who()
    switch = switches.stop(by=person, reason="Audit.")

    with pytest.raises(SwitchRefused, match="somebody else lets it go on"):
        switches.release(switch, by=person, reason="Enough.")

    assert KillSwitch.objects.standing().exists()


def test_a_stop_is_released_once():
    switch = switches.stop(by=make.triager(), reason="Audit.")
    switches.release(switch, by=make.manager(), reason="Done.")

    with pytest.raises(SwitchRefused, match="released already"):
        switches.release(switch, by=make.manager(), reason="Done.")


def test_a_second_stop_names_who_was_first():
    first = make.triager(first_name="Ada", last_name="Byron")
    switches.stop("firecrawl", by=first, reason="It bills twice.")

    with pytest.raises(SwitchRefused, match="Ada Byron stopped it already: It bills twice"):
        switches.stop("firecrawl", by=make.triager(), reason="Me too.")

    # once it goes on, it can be stopped again
    switches.release(KillSwitch.objects.get(), by=make.manager(), reason="Done.")
    switches.stop("firecrawl", by=make.triager(), reason="Again.")


@pytest.mark.parametrize("reason", UNUSABLE)
def test_a_stop_and_its_release_need_a_reason_that_can_be_kept(reason):
    with pytest.raises(StateRefused, match="needs a reason"):
        switches.stop("firecrawl", by=make.triager(), reason=reason)

    switch = switches.stop("firecrawl", by=make.triager(), reason="It bills twice.")
    with pytest.raises(StateRefused, match="needs a reason"):
        switches.release(switch, by=make.manager(), reason=reason)

    assert KillSwitch.objects.standing().get() == switch


def test_a_slug_that_stops_nothing_is_refused():
    with pytest.raises(SwitchRefused, match="No tool has the slug “fire-crawl”") as refused:
        switches.stop("fire-crawl", by=make.triager(), reason="It bills twice.")

    assert "firecrawl" in refused.value.what_to_do


def test_only_who_may_stops_and_releases():
    switch = switches.stop(by=make.triager(), reason="Audit.")

    with pytest.raises(NotPermitted):
        switches.stop("firecrawl", by=make.viewer(), reason="No right.")
    with pytest.raises(NotPermitted):
        switches.release(switch, by=make.triager(), reason="No right.")
