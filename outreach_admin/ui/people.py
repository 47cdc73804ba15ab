"""People on pages: the full name, with the account where a pointer rests."""

from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from outreach_admin.ui import texts


def name_of(user: Any) -> str:
    """Write the full name of a user, the account where there is none."""
    return str(user.get_full_name() or user.get_username())


def drawn(account: str, name: str) -> SafeString:
    """Write a name; where it is not the account itself, the account stands in the title."""
    if name == account:
        return format_html("{}", texts.visible(account))
    return format_html('<span title="{}">{}</span>', texts.visible(account), texts.visible(name))


def person(
    who: Any,
    names: Mapping[str, str] | None = None,
) -> SafeString:
    """Write a user, or an account that `names` may know."""
    if isinstance(who, str):
        known = names or {}
        return drawn(who, known.get(who, who))
    account = who.get_username()
    return drawn(account, name_of(who))
