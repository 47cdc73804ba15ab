"""Filters that an address names instead of writing them out."""

import re

from django.contrib.auth.models import User

from governance.models import KeptFilter, SavedView
from governance.models.savedviews import VIEW
from governance.queries import savedviews
from outreach_admin.lists.kept import Kept

NUMBER = re.compile(rf"{VIEW}([0-9]{{1,18}})")
DIGEST = re.compile(r"[0-9a-f]{20}")


def named(key: str, *, reader: User) -> Kept | None:
    """Find what a key stands for: a view that this person sees, or a filter kept by its digest.

    None for what is gone, and for what never was.
    """
    if view := NUMBER.fullmatch(key):
        text = savedviews.visible(reader).filter(pk=view[1]).values_list("query", flat=True).first()
    elif DIGEST.fullmatch(key):
        text = KeptFilter.objects.filter(pk=key).values_list("text", flat=True).first()
    else:
        text = None
    return None if text is None else Kept(key, text)


def is_of_one(key: str) -> bool:
    """Say whether it names a view that only one person sees, so that nobody else can follow it."""
    view = NUMBER.fullmatch(key)
    if view is None:
        return False
    return SavedView.objects.filter(pk=view[1], is_shared=False).exists()
