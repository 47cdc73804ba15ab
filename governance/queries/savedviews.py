"""The saved views that a person sees."""

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from governance.models import SavedView


def seen_by(user: User, page: str) -> QuerySet[SavedView]:
    """Return the views of a list that this person sees: the team's, then his own."""
    return visible(user).filter(page=page).order_by("-is_default", "-is_shared", "position", "id")


def visible(user: User) -> QuerySet[SavedView]:
    """Return every view this person sees."""
    return SavedView.objects.filter(Q(is_shared=True) | Q(owner=user))
