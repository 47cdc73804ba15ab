"""Who is acting is written beside each change, until the transaction ends."""

import pytest
from django.db import transaction

from governance.models import Event, HubError
from governance.services import attribution
from tests import make

pytestmark = pytest.mark.django_db


def changed() -> Event:
    """The event of a change made now."""
    error = make.error()
    HubError.objects.filter(pk=error.pk).update(severity="LOW")
    return Event.objects.filter(subject_id=error.pk).latest("id")


def test_a_change_carries_actor_operation_action_reason_and_where_it_came_from():
    person = make.triager()

    attribution.attribute(
        by=person, operation=7, action="PARK", reason="why", channel="api", request="r-1"
    )

    event = changed()
    assert (event.actor, event.operation_id, event.action) == (person.username, 7, "PARK")
    assert (event.reason, event.channel, event.request_id) == ("why", "api", "r-1")
    assert not event.is_outside


def test_an_actor_may_be_a_name_alone():
    attribution.attribute(by="system")

    event = changed()
    assert (event.actor, event.operation_id, event.reason) == ("system", None, None)


def test_naming_another_actor_forgets_what_the_first_one_said():
    attribution.attribute(by="first", operation=7, reason="why")

    attribution.attribute(by="second")

    event = changed()
    assert (event.actor, event.operation_id, event.reason) == ("second", None, None)


def test_what_is_said_is_data_whatever_it_holds():
    hostile = "'; DROP TABLE governance_event; --"

    attribution.attribute(by="ops", reason=hostile)

    assert changed().reason == hostile


def test_a_transaction_taken_back_takes_the_actor_along():
    with transaction.atomic():
        attribution.attribute(by="ops")
        transaction.set_rollback(True)

    assert changed().is_outside
