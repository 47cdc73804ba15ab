"""Views: mine are mine, the team's are the team's, one of them comes first."""

import pytest
from django.contrib.auth.models import User

from governance.exceptions import NotPermitted, ViewRefused
from governance.models import SavedView
from governance.queries import savedviews as querie_savedviews
from governance.services import savedviews
from tests import make

pytestmark = pytest.mark.django_db
PAGE = "governance:error-list"


def names(user) -> list[str]:
    return list(querie_savedviews.seen_by(user, PAGE).values_list("name", flat=True))


def test_a_view_is_seen_by_its_owner_alone():
    mine, other = make.triager(), make.triager()

    savedviews.save(page=PAGE, name="My corner", query="code=NO_MATCH", by=mine)

    assert "My corner" in names(mine) and "My corner" not in names(other)


def test_a_doubled_name_is_refused_until_it_is_to_replace():
    user = make.triager()
    savedviews.save(page=PAGE, name="Mine", query="code=A", by=user)

    with pytest.raises(savedviews.NameTaken, match="You have a view “Mine”"):
        savedviews.save(page=PAGE, name=" mine ", query="code=B", by=user)

    assert querie_savedviews.seen_by(user, PAGE).get(name="Mine").query == "code=A"
    savedviews.save(page=PAGE, name=" mine ", query="code=B", by=user, replace=True)
    assert querie_savedviews.seen_by(user, PAGE).get(name="mine").query == "code=B"


def test_the_name_of_somebody_elses_view_is_free():
    savedviews.save(page=PAGE, name="Mine", query="code=A", by=make.triager())

    savedviews.save(page=PAGE, name="Mine", query="code=B", by=make.triager())

    assert SavedView.objects.filter(name="Mine").count() == 2


@pytest.mark.parametrize(
    ("owner", "by", "may"),
    [("me", "me", True), (None, "manager", True), (None, "triager", False)],
)
def test_a_view_is_mended_by_whoever_may_delete_it(owner, by, may):
    me = make.triager()
    user = {"me": me, "manager": make.manager(), "triager": make.triager()}[by]
    view = make.view(owner=me if owner else None, is_shared=not owner, query="legacy=1&code=A")

    if may:
        savedviews.mend(view, query="code=A", by=user)
    else:
        with pytest.raises(NotPermitted):
            savedviews.mend(view, query="code=A", by=user)

    view.refresh_from_db()
    assert view.query == ("code=A" if may else "legacy=1&code=A")


def test_what_somebody_changed_meanwhile_is_not_mended_over():
    me = make.triager()
    view = make.view(owner=me, query="legacy=1")
    SavedView.objects.filter(pk=view.pk).update(query="code=B")

    with pytest.raises(ViewRefused, match="changed") as refusal:
        savedviews.mend(view, query="", by=me)

    view.refresh_from_db()
    assert (refusal.value.status, view.query) == (409, "code=B")


def test_sharing_needs_the_right():
    with pytest.raises(NotPermitted):
        savedviews.save(page=PAGE, name="Ours", query="code=A", by=make.triager(), shared=True)

    shared = savedviews.save(page=PAGE, name="Ours", query="code=A", by=make.manager(), shared=True)
    assert shared.name in names(make.viewer())


def test_one_view_is_the_default():
    boss = make.manager()
    view = savedviews.save(page=PAGE, name="First", query="code=A", by=boss, default=True)

    assert list(SavedView.objects.filter(page=PAGE, is_default=True)) == [view]
    assert names(make.viewer())[0] == "First"
    with pytest.raises(NotPermitted):
        savedviews.make_default(view, by=make.triager())


def test_replacing_the_default_keeps_it_shared():
    boss = make.manager()
    savedviews.save(page=PAGE, name="First", query="code=A", by=boss, default=True)

    view = savedviews.save(page=PAGE, name="First", query="code=B", by=boss, replace=True)

    assert (view.is_shared, view.is_default, view.query) == (True, True, "code=B")


@pytest.mark.parametrize(
    ("owner", "shared", "by", "goes"),
    [
        ("me", False, "me", True),
        ("me", True, "me", True),
        (None, True, "manager", True),
        (None, True, "triager", False),
    ],
)
def test_who_may_change(owner, shared, by, goes):
    me = make.triager()
    user = {"me": me, "manager": make.manager(), "triager": make.triager()}[by]
    view = make.view(owner=me if owner else None, is_shared=shared)

    assert savedviews.may_change(view, user) is goes
    if goes:
        savedviews.delete(view, by=user)
        assert not SavedView.objects.filter(name=view.name).exists()
    else:
        with pytest.raises(NotPermitted):
            savedviews.delete(view, by=user)


@pytest.mark.parametrize("name", ["", "   ", "x" * 61])
def test_bad_names_are_refused(name):
    with pytest.raises(ViewRefused):
        savedviews.save(page=PAGE, name=name, query="", by=make.triager())


def test_there_is_an_end_to_views(monkeypatch):
    monkeypatch.setattr(savedviews, "MOST_OWN", 2)
    user = make.triager()
    for n in range(2):
        savedviews.save(page=PAGE, name=f"View {n}", query="", by=user)

    with pytest.raises(ViewRefused):
        savedviews.save(page=PAGE, name="One more", query="", by=user)


def test_a_view_that_was_deleted_meanwhile_becomes_no_default():
    boss = make.manager()
    view = savedviews.save(page=PAGE, name="First", query="code=A", by=boss, shared=True)
    SavedView.objects.filter(pk=view.pk).delete()

    with pytest.raises(ViewRefused, match="deleted") as refusal:
        savedviews.make_default(view, by=boss)

    assert refusal.value.status == 409


def test_who_lost_the_right_to_share_cannot_change_what_the_team_starts_with():
    boss = make.manager()
    savedviews.save(page=PAGE, name="First", query="code=A", by=boss, default=True)
    boss.groups.clear()
    former = User.objects.get(pk=boss.pk)

    with pytest.raises(NotPermitted):
        savedviews.save(page=PAGE, name="First", query="code=B", by=former, replace=True)

    assert SavedView.objects.get(page=PAGE, is_default=True).query == "code=A"
