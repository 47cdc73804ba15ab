"""Which views of a list somebody sees, and in which order."""

import pytest

from governance.models import SavedView
from governance.queries import savedviews
from tests import make

pytestmark = pytest.mark.django_db
PAGE = "governance:error-list"


@pytest.fixture(autouse=True)
def no_views():
    SavedView.objects.all().delete()


def test_the_default_comes_first_then_what_is_shared_then_ones_own():
    me = make.triager()
    make.view(name="mine", owner=me)
    make.view(name="second", is_shared=True, position=2)
    make.view(name="first", is_shared=True, position=1)
    make.view(name="default", is_shared=True, is_default=True, position=9)

    assert [view.name for view in savedviews.seen_by(me, PAGE)] == [
        "default",
        "first",
        "second",
        "mine",
    ]


def test_views_of_others_and_of_other_lists_are_not_seen():
    me = make.triager()
    make.view(owner=make.triager())
    elsewhere = make.view(page="governance:archive-list", owner=me)

    assert not savedviews.seen_by(me, PAGE).exists()
    assert list(savedviews.visible(me)) == [elsewhere]
