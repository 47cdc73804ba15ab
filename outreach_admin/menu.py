"""What the left navigation offers: apps add their entries and figures in `ready()`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.http import HttpRequest

Counts = Mapping[str, int]


@dataclass(frozen=True)
class Entry:
    """One place: shown when its URL resolves and the person may open it, or when a child is.

    `also` lists the starts of further URL names that belong here (a record of the list).
    `count` names the figure beside it; with `unit` it reads "1 running", `due` makes it a pill;
    figures with a unit or due are left out at 0. `key` is pressed after g to go there. Entries of
    the top stand in the order of `position`.
    """

    label: str
    icon: str = ""
    url_name: str = ""
    permission: str = ""
    children: tuple["Entry", ...] = ()
    also: tuple[str, ...] = ()
    count: str = ""
    unit: str = ""
    due: bool = False
    key: str = ""
    position: int = 0


_entries: list[Entry] = []
_counters: list[Callable[[HttpRequest], Counts]] = []


def register(*entries: Entry) -> None:
    """Add an app's entries, once each."""
    _entries.extend(entry for entry in entries if entry not in _entries)
    _entries.sort(key=lambda entry: entry.position)


def register_counts(counts: Callable[[HttpRequest], Counts]) -> None:
    """Add an app's figures, once: one cheap query, asked once per full page.

    Name a function of a module: a lambda made in `ready()` is another one each time that runs.
    """
    if counts not in _counters:
        _counters.append(counts)


def entries() -> tuple[Entry, ...]:
    """Return every entry, those of the top in their order."""
    return tuple(_entries)


def figures(request: HttpRequest) -> Counts:
    """Return the figures beside the entries; asks every counter once per request."""
    known: dict[str, int] | None = getattr(request, "menu_figures", None)
    if known is None:
        known = {name: rows for counts in _counters for name, rows in counts(request).items()}
        request.menu_figures = known  # type: ignore[attr-defined]
    return known
