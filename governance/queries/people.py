"""Who an account belongs to, for pages: what is stored and exported names accounts."""

from collections.abc import Iterable

from django.contrib.auth import get_user_model

from outreach_admin.ui.people import name_of

# what the rows say when no person did it
NOBODY = {"", "system"}


def names(accounts: Iterable[str | None]) -> dict[str, str]:
    """Return the full names of those accounts that are people's. One query, none where nobody is asked for."""
    wanted = {account for account in accounts if account} - NOBODY
    if not wanted:
        return {}
    return {
        person.get_username(): name_of(person)
        for person in get_user_model().objects.filter(username__in=wanted)
    }


def everybody() -> dict[str, str]:
    """Return the full names of all accounts. One query."""
    return {person.get_username(): name_of(person) for person in get_user_model().objects.all()}
