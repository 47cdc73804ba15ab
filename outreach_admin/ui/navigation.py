"""The left navigation as one person sees it: what may be opened, where it is, what is counted."""

from dataclasses import dataclass, field

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from outreach_admin import menu
from outreach_admin.menu import Entry
from outreach_admin.ui import figures


@dataclass(frozen=True)
class Place:
    """An entry as this person sees it on this page."""

    label: str
    icon: str
    url: str
    current: bool
    within: bool
    figure: str = ""
    count: str = ""
    due: bool = False
    key: str = ""
    children: list["Place"] = field(default_factory=list)


def places(
    request: HttpRequest, *, nav: str = "", entries: tuple[Entry, ...] | None = None
) -> list[Place]:
    """List what this person may open, with figures, the current place marked.

    `nav` is the URL name of the entry a page belongs to, when its own name does not tell.
    """
    offered = menu.entries() if entries is None else entries
    return [place for entry in offered if (place := _place(request, entry, nav or _here(request)))]


def trail(found: list[Place]) -> list[Place]:
    """Give the way from the top to the current place, for breadcrumbs; no name twice in a row."""
    for place in found:
        if place.within:
            rest = trail(place.children)
            is_repeated = bool(rest) and rest[0].label == place.label
            return rest if is_repeated else [place, *rest]
    return []


def allowed(request: HttpRequest, entry: Entry) -> str:
    """Give the entry's URL when it resolves and the person may open it, else an empty text."""
    if not entry.url_name or not _may(request, entry):
        return ""
    try:
        return reverse(entry.url_name)
    except NoReverseMatch:
        return ""


def shown_figures(
    request: HttpRequest,
    entries: tuple[Entry, ...] | None = None,
) -> dict[str, str]:
    """Write what stands beside each entry that this person may open, by the figure's name."""
    shown: dict[str, str] = {}
    for entry in menu.entries() if entries is None else entries:
        if entry.count and allowed(request, entry):
            shown[entry.count] = _count(request, entry)
        shown |= shown_figures(request, entry.children)
    return shown


def _may(request: HttpRequest, entry: Entry) -> bool:
    if entry.url_name.startswith("admin:"):
        return bool(request.user.is_staff)
    return not entry.permission or request.user.has_perm(entry.permission)


def _place(request: HttpRequest, entry: Entry, here: str) -> Place | None:
    children = [place for child in entry.children if (place := _place(request, child, here))]
    url = allowed(request, entry)
    if not url and not children:
        return None
    current = bool(url) and _covers(entry, here)
    return Place(
        label=entry.label,
        icon=entry.icon,
        url=url or children[0].url,
        current=current,
        within=current or any(child.within for child in children),
        figure=entry.count if url else "",
        count=_count(request, entry) if url else "",
        due=entry.due,
        key=entry.key,
        children=children,
    )


def _covers(entry: Entry, here: str) -> bool:
    return here == entry.url_name or any(here.startswith(start) for start in entry.also)


def _here(request: HttpRequest) -> str:
    match = request.resolver_match
    return match.view_name if match else ""


def _count(request: HttpRequest, entry: Entry) -> str:
    value = menu.figures(request).get(entry.count) if entry.count else None
    if value is None or (value == 0 and (entry.unit or entry.due)):
        return ""
    return f"{figures.number(value)} {entry.unit}".strip()
