"""Gates that expiry opened wait for somebody to look at them."""

import pytest
from django.db import IntegrityError, connection

from governance.exceptions import NotPermitted
from governance.models import OpenedGate
from governance.services.jobs import gates, runs
from tests import make

pytestmark = pytest.mark.django_db


def opened(*companies) -> list[OpenedGate]:
    run = runs.claim("daily", trigger="schedule", started_by="schedule")
    return [
        OpenedGate.objects.create(run=run, outreach=one, opens_outreach=True) for one in companies
    ]


def test_a_review_names_who_looked_and_is_given_once():
    first, _ = opened(make.promotable(), make.promotable())
    person = make.triager()

    some = gates.review(first.run, [first.outreach_id], by=person)
    rest = gates.review(first.run, [], by=person)

    first.refresh_from_db()
    assert (some, rest, gates.review(first.run, [], by=person)) == (1, 1, 0)
    assert (first.reviewed_by, first.reviewed_at is None) == (person, False)


def test_who_only_looks_reviews_nothing():
    (one,) = opened(make.promotable())

    with pytest.raises(NotPermitted):
        gates.review(one.run, [], by=make.viewer())


def test_what_stayed_closed_is_forgotten():
    free, closed = opened(make.promotable(), make.outreach())

    gates.settle(free.run)

    assert list(OpenedGate.objects.all()) == [free]
    assert closed.run == free.run


def test_a_review_has_a_person_and_a_time_or_neither():
    (one,) = opened(make.promotable())

    with (
        pytest.raises(IntegrityError, match="gate_reviewed_facts_paired"),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE governance_openedgate SET reviewed_at = now()")
    assert one.reviewed_at is None
