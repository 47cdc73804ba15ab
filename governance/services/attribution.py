"""Who is acting: what the triggers write beside each change."""

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection

SETTINGS = ("actor", "operation", "action", "reason", "channel", "request")


def attribute(
    *,
    by: AbstractBaseUser | str,
    operation: int | None = None,
    action: str = "",
    reason: str = "",
    channel: str = "",
    request: str = "",
) -> None:
    """Name the actor of every change until this transaction ends. Call inside a transaction."""
    actor = by if isinstance(by, str) else by.get_username()
    values = (actor, "" if operation is None else str(operation), action, reason, channel, request)
    calls = ", ".join("set_config(%s, %s, true)" for _ in SETTINGS)
    pairs = [
        text
        for name, value in zip(SETTINGS, values, strict=True)
        for text in (f"outreach.{name}", value)
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {calls}", pairs)
