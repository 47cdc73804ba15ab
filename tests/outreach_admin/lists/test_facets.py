"""The column beside a list: values with counts, as links that add or take away."""

from datetime import UTC, datetime, timedelta

import pytest
from django.http import QueryDict

from outreach_admin.lists import facets
from outreach_admin.lists.fields import AnyText, MomentFilter
from outreach_admin.lists.filters import StrictFilterSet
from outreach_admin.lists.spans import ages
from outreach_admin.lists.tallies import Tally
from tests.outreach_admin.ui.people import PersonFilter, User


class NameFilter(StrictFilterSet):
    """A filter without choices: its values are those that occur."""

    facets = ("username",)
    username = AnyText(label="Name")

    class Meta:
        model = User
        fields = ()


def surnames(query: str, **tallies: Tally) -> facets.Facet:
    return facets.facet(PersonFilter(QueryDict(query)), "last_name", tallies or None)


def names(query: str, count: int) -> facets.Facet:
    counted = {f"n{place}": Tally(100 - place) for place in range(count)}
    return facets.facet(NameFilter(QueryDict(query)), "username", counted)


def test_every_choice_is_a_link_that_adds_it_with_its_count():
    found = surnames("q=x", adams=Tally(3))

    assert (found.name, found.label, found.more) == ("last_name", "Surname", 0)
    assert [(value.label, value.query, value.tally) for value in found.values] == [
        ("Adams", "q=x&last_name=adams", Tally(3)),
        ("Baker", "q=x&last_name=baker", Tally(0)),
        ("Clark", "q=x&last_name=clark", Tally(0)),
    ]


def test_an_active_value_is_a_link_that_takes_it_away():
    adams, baker, _ = surnames("last_name=adams&last_name=baker").values

    assert (adams.current, adams.query) == (True, "last_name=baker")
    assert (baker.current, baker.query) == (True, "last_name=adams")


def test_what_was_not_counted_yet_has_no_count():
    assert {value.tally for value in surnames("").values} == {None}


def test_without_choices_the_values_are_those_that_occur_and_the_active_ones():
    found = facets.facet(NameFilter(QueryDict("username=gone")), "username", {"ada": Tally(2)})

    assert [(value.label, value.current, value.tally) for value in found.values] == [
        ("ada", False, Tally(2)),
        ("gone", True, Tally(0)),
    ]


def test_of_many_values_the_most_frequent_are_shown_and_the_rest_counted():
    found = names("", 20)

    assert [value.label for value in found.values] == [f"n{place}" for place in range(12)]
    assert found.more == 8


def test_an_active_value_is_never_among_those_left_out():
    found = names("username=n19", 20)

    assert (found.values[0].label, found.values[0].current) == ("n19", True)
    assert len(found.values) == 12


@pytest.mark.parametrize(("count", "more"), [(0, 0), (12, 0), (13, 1)])
def test_what_is_left_out_is_said(count, more):
    assert names("", count).more == more


NOW = datetime(2026, 2, 4, 13, tzinfo=UTC)
JOINED = ages("age", "Joined", after="joined_after", before="joined_before")


class JoinedFilter(StrictFilterSet):
    """A filter by the time of joining."""

    spans = (JOINED,)
    username = AnyText(label="Name")
    joined_after = MomentFilter("date_joined", "gte")
    joined_before = MomentFilter("date_joined", "lt")

    class Meta:
        model = User
        fields = ()


def joined(query: str) -> JoinedFilter:
    return JoinedFilter(QueryDict(query), User.objects.all(), as_of=NOW)


def test_a_stretch_of_time_is_a_link_that_stays_relative():
    found = facets.span_facet(joined("username=a&joined_before=7d-ago"), JOINED, None)

    assert [(value.label, value.query, value.current) for value in found.values] == [
        ("last 24 h", "username=a&joined_after=24h-ago", False),
        ("last 7 days", "username=a&joined_after=7d-ago", False),
        ("older than 7 days", "username=a", True),
        ("older than 30 days", "username=a&joined_before=30d-ago", False),
    ]


@pytest.mark.django_db
def test_stretches_are_counted_at_the_filters_time_without_their_own_choice():
    for place, days in enumerate((0, 3, 8, 40)):
        User.objects.create(username=f"u{place}", date_joined=NOW - timedelta(days=days, hours=1))
    User.objects.create(username="other", date_joined=NOW)
    names = "&".join(f"username=u{place}" for place in range(4))

    found = facets.span_counts(joined(f"{names}&joined_before=7d-ago"), JOINED)

    assert found == {
        "last 24 h": Tally(1),
        "last 7 days": Tally(2),
        "older than 7 days": Tally(2),
        "older than 30 days": Tally(1),
    }


@pytest.mark.django_db
def test_counting_that_takes_too_long_says_at_least(monkeypatch):
    User.objects.create(username="one", date_joined=NOW)
    monkeypatch.setattr(facets.tallies, "within", lambda seconds, read: None)

    assert facets.span_counts(joined(""), JOINED)["last 24 h"] == Tally(1, at_least=True)
