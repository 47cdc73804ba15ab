"""Filters by person: the value is the account, the words on the page name who it is."""

from typing import ClassVar

import django_filters
from django.utils.functional import cached_property

from governance.queries import people
from outreach_admin.lists.filters import StrictFilterSet


class Account(django_filters.CharFilter):
    """A person, by user name; `path` leads to the account."""

    def __init__(self, path: str, *, label: str) -> None:
        super().__init__(
            field_name=f"{path}__username",
            label=label,
            help_text="User name.",
        )


class NamedPeople(StrictFilterSet):
    """Writes the accounts of `by_account` as `Nadia Okafor (ops)` in chips and facets."""

    by_account: ClassVar[tuple[str, ...]] = ()

    @cached_property
    def names(self) -> dict[str, str]:
        """Read everybody's name, once."""
        return people.everybody()

    def label_of(self, name: str, value: str) -> str:
        """Write an account with the name of its person; others as ever."""
        if name not in self.by_account:
            return super().label_of(name, value)
        known = self.names.get(value, value)
        return value if known == value else f"{known} ({value})"
