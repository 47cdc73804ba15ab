"""A selection means the rows it names, or is refused: never more."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from outreach_admin.exceptions import BadRequest, Refused
from outreach_admin.lists.fields import MomentFilter
from outreach_admin.lists.filters import StrictFilterSet
from outreach_admin.lists.resolver import selected
from outreach_admin.lists.selection import Selection
from tests.outreach_admin.ui.people import PersonFilter

User = get_user_model()
pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    names = [("a", "adams"), ("b", "adams"), ("c", "baker")]
    return [User.objects.create(username=name, last_name=last) for name, last in names]


def rows(scope: str, *ids: object, filter: str = "", among=None) -> set:
    wanted = Selection(scope, tuple(map(str, ids)), filter, timezone.now())
    return set(
        selected(
            wanted,
            User.objects.all() if among is None else among,
            filterset_class=PersonFilter,
            noun="person",
        )
    )


def test_single_rows_are_those_of_their_ids(people):
    assert rows("ids", people[0].pk, people[2].pk) == {people[0], people[2]}


def test_all_are_those_of_the_filter_of_their_list(people):
    assert rows("all", filter="last_name=adams") == set(people[:2])
    assert rows("all", filter="last_name=clark") == set()


def test_all_except_leaves_out_the_ones_named(people):
    assert rows("except", people[0].pk, filter="last_name=adams") == {people[1]}
    assert rows("except", people[2].pk, filter="last_name=adams") == set(people[:2])


@pytest.mark.parametrize("scope", ["ids", "except"])
@pytest.mark.parametrize("text", ["x", "1; DROP TABLE auth_user", "", "1.5", "9" * 5000])
def test_what_is_no_id_is_refused_and_quoted(scope, text):
    with pytest.raises(BadRequest, match="is not the id of a row") as refusal:
        rows(scope, text, filter="last_name=adams")

    assert len(refusal.value.sentence) < 150


def test_ids_that_name_no_row_are_refused_and_counted(people):
    with pytest.raises(Refused, match="2 of the 3 selected rows name no person") as refusal:
        rows("ids", people[0].pk, 999_998, 999_999)

    assert refusal.value.status == 422


def test_a_row_outside_of_what_may_be_chosen_names_no_row(people):
    with pytest.raises(Refused, match="1 of the 1 selected rows"):
        rows("ids", people[2].pk, among=User.objects.filter(last_name="adams"))


@pytest.mark.parametrize("scope", ["all", "except"])
def test_all_without_a_filter_is_refused(people, scope):
    with pytest.raises(BadRequest, match="without a filter would be every row"):
        rows(scope, *([people[0].pk] if scope == "except" else []))


@pytest.mark.parametrize("text", ["lastname=adams", "last_name=nobody", "sort=-joined", "q="])
def test_what_the_list_would_refuse_is_refused_here_too(people, text):
    with pytest.raises(BadRequest):
        rows("all", filter=text)


def test_the_filter_narrows_what_may_be_chosen(people):
    among = User.objects.exclude(pk=people[0].pk)

    assert rows("all", filter="last_name=adams", among=among) == {people[1]}


class AgeFilter(StrictFilterSet):
    """People by the time of their joining."""

    joined_before = MomentFilter("date_joined", "lt")

    class Meta:
        model = User
        fields = ()


def test_times_from_now_are_counted_from_the_moment_given(people):
    wanted = Selection("all", (), "joined_before=7d-ago", timezone.now())

    def older(at) -> set:
        return set(
            selected(
                wanted,
                User.objects.all(),
                filterset_class=AgeFilter,
                noun="person",
                as_of=at,
            )
        )

    assert older(timezone.now()) == set()
    assert older(timezone.now() + timedelta(days=8)) == set(people)
