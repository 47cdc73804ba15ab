"""The left navigation as data: who sees what, where it leads, what is counted beside it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from outreach_admin.ui import figures

Counts = Mapping[str, int]


@dataclass(frozen=True)
class Entry:
    """One place: shown when its URL resolves and the person may open it, or when a child is.

    `also` lists the starts of further URL names that belong here (a record of the list).
    `count` names the figure beside it; with `unit` it reads "1 running", `due` makes it a pill;
    figures with a unit or due are left out at 0. `key` is pressed after g to go there.
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


@dataclass(frozen=True)
class Place:
    """An entry as this person sees it on this page."""

    label: str
    icon: str
    url: str
    current: bool
    within: bool
    count: str = ""
    due: bool = False
    key: str = ""
    children: list["Place"] = field(default_factory=list)


ENTRIES: tuple[Entry, ...] = (
    Entry("Overview", "overview", "governance:overview", key="o"),
    Entry(
        "Errors",
        "errors",
        children=(
            Entry(
                "Queue",
                url_name="governance:error-list",
                permission="governance.view_huberror",
                also=("governance:error-",),
                count="errors",
                key="e",
            ),
            Entry(
                "Groups",
                url_name="governance:group-list",
                permission="governance.view_huberror",
                also=("governance:group-",),
                count="groups",
            ),
            Entry(
                "Archive",
                url_name="governance:archive-list",
                permission="governance.view_archivederror",
                also=("governance:archive-",),
                count="archive",
            ),
        ),
    ),
    Entry(
        "Companies",
        "company",
        "governance:company-list",
        "governance.view_readiness",
        also=("governance:company-",),
        count="companies",
        children=(
            Entry(
                "Readiness",
                url_name="governance:readiness",
                permission="governance.view_readiness",
                also=("governance:readiness-",),
                key="r",
            ),
        ),
    ),
    Entry(
        "Operations",
        "operation",
        "governance:operation-list",
        "governance.view_operation",
        also=("governance:operation-",),
        count="operations_running",
        unit="running",
    ),
    Entry(
        "Approvals",
        "shield",
        "governance:approval-list",
        "governance.view_approval",
        also=("governance:approval-",),
        count="approvals_due",
        due=True,
        key="a",
    ),
    Entry(
        "Playbooks",
        "playbook",
        "governance:playbook-list",
        "governance.view_playbook",
        also=("governance:playbook-",),
    ),
    Entry(
        "Jobs",
        "clock",
        "governance:job-list",
        "governance.view_jobrun",
        also=("governance:job-",),
        count="jobs_late",
        unit="late",
    ),
    Entry(
        "Tools", "tool", "governance:tool-list", "governance.view_tool", also=("governance:tool-",)
    ),
    Entry(
        "Enrichment",
        "layers",
        children=(
            Entry(
                "Coverage",
                url_name="enrichment:coverage",
                permission="enrichment.view_workflow",
                key="c",
            ),
            Entry(
                "Workflows",
                url_name="enrichment:workflow-list",
                permission="enrichment.view_workflow",
                also=("enrichment:workflow-",),
                count="workflows",
            ),
            Entry(
                "Runs",
                url_name="enrichment:run-list",
                permission="enrichment.view_run",
                also=("enrichment:run-",),
            ),
            Entry(
                "Gaps",
                url_name="enrichment:gap-list",
                permission="enrichment.view_gap",
                also=("enrichment:gap-",),
                count="gaps",
            ),
            Entry(
                "Clean-ups",
                url_name="enrichment:cleanup-list",
                permission="enrichment.view_cleanup",
                also=("enrichment:cleanup-",),
                count="cleanups",
            ),
            Entry(
                "Company target",
                url_name="enrichment:company-target",
                permission="enrichment.view_run",
                also=("enrichment:company-target-",),
                count="company_target",
            ),
        ),
    ),
    Entry(
        "Reports",
        "report",
        "governance:report-list",
        "governance.view_report",
        also=("governance:report-",),
    ),
    Entry("Admin", "admin", "admin:index", also=("admin:",)),
)
SEARCH = Entry("Search errors", "search", "governance:error-list", "governance.view_huberror")

_counters: list[Callable[[HttpRequest], Counts]] = []


def register_counts(counts: Callable[[HttpRequest], Counts]) -> Callable[[HttpRequest], Counts]:
    """Add an app's figures for the navigation: one cheap query, asked once per full page."""
    if counts not in _counters:
        _counters.append(counts)
    return counts


def places(
    request: HttpRequest, *, nav: str = "", entries: tuple[Entry, ...] = ENTRIES
) -> list[Place]:
    """List what this person may open, with figures, the current place marked.

    `nav` is the URL name of the entry a page belongs to, when its own name does not tell.
    """
    return [place for entry in entries if (place := _place(request, entry, nav or _here(request)))]


def trail(found: list[Place]) -> list[Place]:
    """Give the way from the top to the current place, for breadcrumbs."""
    for place in found:
        if place.within:
            return [place, *trail(place.children)]
    return []


def allowed(request: HttpRequest, entry: Entry) -> str:
    """Give the entry's URL when it resolves and the person may open it, else an empty text."""
    if not entry.url_name or not _may(request, entry):
        return ""
    try:
        return reverse(entry.url_name)
    except NoReverseMatch:
        return ""


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
    value = _figures(request).get(entry.count) if entry.count else None
    if value is None or (value == 0 and (entry.unit or entry.due)):
        return ""
    return f"{figures.number(value)} {entry.unit}".strip()


def _figures(request: HttpRequest) -> Counts:
    """Ask every counter once per request."""
    known: dict[str, int] | None = getattr(request, "navigation_figures", None)
    if known is None:
        known = {}
        for counts in _counters:
            known.update(counts(request))
        request.navigation_figures = known  # type: ignore[attr-defined]
    return known
