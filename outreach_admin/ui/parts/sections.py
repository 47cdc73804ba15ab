"""Parts that an app adds to the page of another one, in `ready()`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User


@dataclass(frozen=True)
class Section:
    """A part of the page with this URL name, for whoever has `permission`.

    `told` gives its template what to say of the page's record; None leaves the part out.
    """

    page: str
    permission: str
    template: str
    told: Callable[[Any], Mapping[str, Any] | None]


_sections: list[Section] = []


def register(*sections: Section) -> None:
    """Add parts, once each, in their order."""
    _sections.extend(one for one in sections if one not in _sections)


def of(page: str, reader: User) -> list[Section]:
    """Return the parts of a page that this person may see."""
    return [
        section
        for section in _sections
        if section.page == page and reader.has_perm(section.permission)
    ]
