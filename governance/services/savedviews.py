"""Saving, sharing and deleting the states of a list."""

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Max

from governance.exceptions import NotPermitted, ViewRefused
from governance.models import SavedView
from outreach_admin.db.rules import unseen

SHARE = "governance.share_savedview"

LONGEST_NAME = 60

MOST_OWN = 50


def save(
    *,
    page: str,
    name: str,
    query: str,
    by: User,
    shared: bool = False,
    default: bool = False,
    replace: bool = False,
) -> SavedView:
    """Keep a list's state under a name; with `replace`, also in place of the person's own view of that name.

    `query` is canonical. Raises NotPermitted when sharing without the right, NameTaken when there is such a view already,
    ViewRefused on a bad name or too many.
    """
    name = tidy(name)
    _refuse_bad_name(name)
    if shared or default:
        _refuse_unless_shares(by)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=by.pk)
        namesake = SavedView.objects.filter(page=page, owner=by, name__iexact=name).first()
        if namesake and not replace:
            _refuse_taken(namesake)
        view = namesake or SavedView(page=page, owner=by, position=_next_position(page))
        view.name = name
        if view.is_default:
            _refuse_unless_shares(by)
        if view.pk is None:
            _refuse_too_many(by)
        view.query, view.is_shared = query, shared or default or view.is_default
        view.save()
        if default:
            make_default(view, by=by)
    return view


def _refuse_bad_name(name: str) -> None:
    if not 0 < len(name) <= LONGEST_NAME:
        raise ViewRefused(
            f"A view's name has 1 to {LONGEST_NAME} characters.", what_to_do="Give it another name."
        )
    if said := unseen(name):
        raise ViewRefused(said, what_to_do="Give it another name.")


def _refuse_taken(namesake: SavedView) -> None:
    raise NameTaken(
        f"You have a view “{namesake.name}” of this list already.",
        what_to_do="Replace it, or give this one another name.",
        status=409,
    )


def _refuse_too_many(by: User) -> None:
    if SavedView.objects.filter(owner=by).count() >= MOST_OWN:
        raise ViewRefused(
            f"You keep {MOST_OWN} views already.",
            what_to_do="Delete one that you no longer need.",
        )


def tidy(name: str) -> str:
    """Write a name as it is kept: blanks at its ends and doubled ones go."""
    return " ".join(name.replace("\0", "\ufffd").split())


class NameTaken(ViewRefused):
    """There is a view of this name that would be lost."""


def make_default(view: SavedView, *, by: User) -> None:
    """Make a shared view the one the whole team starts with, instead of the former one. Raises NotPermitted, ViewRefused when it is gone."""
    _refuse_unless_shares(by)
    try:
        with transaction.atomic():
            if not SavedView.objects.select_for_update().filter(pk=view.pk).exists():
                raise ViewRefused(
                    f"Somebody has just deleted “{view.name}”.",
                    what_to_do="Look again.",
                    status=409,
                )
            SavedView.objects.filter(page=view.page, is_default=True).exclude(pk=view.pk).update(
                is_default=False
            )
            view.is_shared = view.is_default = True
            view.save(update_fields=["is_shared", "is_default"])
    except IntegrityError as reason:
        raise ViewRefused(
            "Somebody else has just chosen a default.", what_to_do="Look again.", status=409
        ) from reason


def mend(view: SavedView, *, query: str, by: User) -> SavedView:
    """Leave out of a view what its list no longer has. Raises NotPermitted, ViewRefused when somebody changed it meanwhile."""
    if not may_change(view, by):
        raise NotPermitted(
            "You may not change this view.", what_to_do="Ask its owner, or a manager."
        )
    mended = SavedView.objects.filter(pk=view.pk, query=view.query).update(query=query)
    if not mended:
        raise ViewRefused(
            f"Somebody has just changed or deleted “{view.name}”.",
            what_to_do="Look again.",
            status=409,
        )
    view.query = query
    return view


def delete(view: SavedView, *, by: User) -> None:
    """Forget a view. Its owner may; the team's own views, anybody with the right to share. Raises NotPermitted."""
    if not may_change(view, by):
        raise NotPermitted("You may not delete this view.", what_to_do="Ask its owner.")
    view.delete()


def may_change(view: SavedView, user: User) -> bool:
    """Whether this person may mend or delete the view."""
    return view.owner_id == user.pk or (view.is_shared and user.has_perm(SHARE))


def _refuse_unless_shares(user: User) -> None:
    if not user.has_perm(SHARE):
        raise NotPermitted(
            "You may not share views.",
            what_to_do="Save it for yourself, or ask a manager to share it.",
        )


def _next_position(page: str) -> int:
    last = SavedView.objects.filter(page=page).aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1
