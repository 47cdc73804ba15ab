"""Who an account belongs to, for pages: what is stored and exported names accounts."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db import connection

from outreach_admin.ui.people import name_of

# what the rows say when no person did it
NOBODY = {"", "system"}
# of the account that stands for {account}
RIGHTS = """SELECT c.app_label || '.' || p.codename
    FROM auth_permission p JOIN django_content_type c ON c.id = p.content_type_id
    WHERE p.id IN (
        SELECT permission_id FROM auth_user_user_permissions WHERE user_id = {account}
        UNION ALL
        SELECT g.permission_id FROM auth_group_permissions g
        JOIN auth_user_groups u ON u.group_id = g.group_id WHERE u.user_id = {account})"""


def names(accounts: Iterable[str | None]) -> dict[str, str]:
    """Return the full names of those accounts that are people's. One query, none where nobody is asked for."""
    wanted = {account for account in accounts if account} - NOBODY
    if not wanted:
        return {}
    return {
        person.get_username(): name_of(person)
        for person in get_user_model().objects.filter(username__in=wanted)
    }


def in_full(person: User) -> str:
    """Name somebody in a text that is kept: full name and account, for the name alone may be two people's."""
    account = person.get_username()
    name = name_of(person)
    return account if name == account else f"{name} ({account})"


def everybody() -> dict[str, str]:
    """Return the full names of all accounts. One query."""
    return {person.get_username(): name_of(person) for person in get_user_model().objects.all()}


def know_rights(account: User, rights: Iterable[str]) -> None:
    """Let an account know its rights, as RIGHTS reads them, its own and those of its groups. Whoever may do everything asks for none."""
    if account.is_active and not account.is_superuser:
        vars(account)["_perm_cache"] = set(rights)


def left_trace(person: User) -> bool:
    """Say whether the history names this account, so that it keeps its name and is never deleted. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT governance.left_trace(u) FROM auth_user u WHERE u.id = %s", [person.pk]
        )
        found = cursor.fetchone()
        return bool(found and found[0])


def is_free(name: str, *, but: User | None = None) -> bool:
    """Say whether an account may be called that: capitals and letters that look alike tell no two apart, and "system" is nobody. One query."""
    return _judged("governance.name_is_free(%s, %s)", name, but.pk if but else None)


def is_readable(name: str) -> bool:
    """Say whether a name is of one alphabet, and all of it is seen. One query."""
    return _judged("governance.name_is_readable(%s)", name)


def _judged(rule: str, *given: Any) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {rule}", given)
        (holds,) = cursor.fetchone()
        return bool(holds)
