"""What governance lets the one search box find, kind by kind."""

import re
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.db.models import Case, Count, Model, Q, QuerySet, When
from django.urls import reverse

from governance.models import (
    ArchivedError,
    ErrorCode,
    HubError,
    Operation,
    Playbook,
    PlaybookRun,
)
from governance.queries import savedviews
from governance.queries.canon import tools
from governance.queries.companies import names
from governance.queries.errors.causes import holding
from governance.queries.errors.groups import open_only
from governance.queries.operations import standings, titles
from governance.toolbox.entries import fold
from outreach_admin.lists.search import SHOWN, Found, Hit, Kind, ids_from
from outreach_admin.ui import figures
from outreach_admin.ui.people import name_of

REFERENCE = re.compile(r"(OP[- ]?|RUN[- ]?|#)(\d{1,18})", re.IGNORECASE)
# a bare number sign is how people write of an operation
PREFIXES = {"OP": "OP", "RUN": "RUN", "#": "OP"}


def _queue(**query: str) -> str:
    return f"{reverse('governance:error-list')}?{urlencode(query)}"


def company(text: str, reader: User) -> str:
    """Return the page of the one company with this name, domain or id."""
    found = names.named(text, 2)
    return _company(found[0]) if len(found) == 1 else ""


def _company(company: names.Company) -> str:
    """Return the page of a company on the spine; of one that nobody has put there, the errors."""
    if company.outreach_id is None:
        return _queue(company=company.key)
    return reverse("governance:company-detail", args=[company.outreach_id])


def companies_like(text: str, reader: User) -> Found:
    """Return companies by part of their name or the start of their domain, with their open errors."""
    found = names.like(text, SHOWN + 1)
    keys = [one.outreach_id for one in found if one.outreach_id]
    errors = (
        open_only(HubError.objects.filter(outreach__in=keys)).order_by().values_list("outreach")
    )
    counts = dict(errors.annotate(rows=Count("pk")))
    hits = [
        Hit(
            one.name,
            _company(one),
            f"{one.domain or 'no domain'}, {figures.counted(counts.get(one.outreach_id, 0), 'open error')}",
        )
        for one in found
    ]
    if len(hits) <= SHOWN:
        return Found(tuple(hits))
    address = reverse("governance:company-list")
    more = f"{address}?{urlencode({'q': text})}"
    return Found(tuple(hits[:SHOWN]), "All companies with this text", more)


def error(text: str, reader: User) -> str:
    """Return the one error with this id or these first digits of it, live or archived."""
    ids = ids_from(text)
    if ids is None:
        return ""
    places: dict[str, type[Model]] = {
        "governance:error-detail": HubError,
        "governance:archive-detail": ArchivedError,
    }
    found = [
        reverse(address, args=[key])
        for address, model in places.items()
        for key in model._default_manager.filter(pk__range=ids).values_list(
            "pk",
            flat=True,
        )[:2]
    ]
    return found[0] if len(found) == 1 else ""


def errors_like(text: str, reader: User) -> Found:
    """Return errors whose message, code or domain holds the text, in any case."""
    keys = holding(text).values_list("error_id", flat=True)
    found = HubError.objects.in_bulk(list(keys[:SHOWN]))
    hits = (
        Hit(
            f"{row.code}: {row.message[:120] or 'no message'}",
            reverse("governance:error-detail", args=[row.pk]),
            row.domain or "no domain",
        )
        for row in found.values()
    )
    return Found(tuple(hits), "All errors with this text", _queue(q=text))


def codes_like(text: str, reader: User) -> Found:
    """Return the groups of codes by the code or what it means."""
    known = Q(code__icontains=text) | Q(title__icontains=text)
    groups = reverse("governance:group-list")
    return _first(
        ErrorCode.objects.filter(known).order_by("code"),
        lambda row: Hit(row.code, f"{groups}?{urlencode({'code': row.code})}", row.title),
    )


def operation(text: str, reader: User) -> str:
    """Return the operation with this number: OP-9."""
    return _numbered(text, "OP", Operation, "governance:operation-detail")


def operations_like(text: str, reader: User) -> Found:
    """Return operations by their note, verb, or whoever asked for them; the newest first.

    Plans without rows are left out, those that ran and changed nothing come last.
    """
    known = Q(note__icontains=text) | Q(verb=text.lower()) | Q(requester__username__iexact=text)
    did_nothing = Q(started_at__isnull=False, finished_at__isnull=False, applied=0)
    last = Case(When(did_nothing, then=1), default=0)
    found = Operation.objects.filter(known, planned__gt=0).with_undo()
    return _first(
        found.select_related("requester").order_by(last, "-pk"),
        lambda row: Hit(
            f"{row.reference}: {titles.title_of(row)}",
            reverse("governance:operation-detail", args=[row.pk]),
            f"{standings.of(row).word.lower()}, asked for by {name_of(row.requester)}",
        ),
    )


def run(text: str, reader: User) -> str:
    """Return the run with this number: RUN-2."""
    return _numbered(text, "RUN", PlaybookRun, "governance:run-detail")


def playbooks_like(text: str, reader: User) -> Found:
    """Return playbooks by name or description."""
    return _first(
        Playbook.objects.filter(Q(name__icontains=text) | Q(description__icontains=text)),
        lambda row: Hit(
            row.name, reverse("governance:playbook-detail", args=[row.slug]), row.description
        ),
    )


def tool(text: str, reader: User) -> str:
    """Return the page of the tool with this id, slug or name."""
    found = [one for one in tools.named(text) if fold(text) in map(fold, tools.names_of(one))]
    return reverse("governance:tool-detail", args=[found[0].slug]) if found else ""


def tools_like(text: str, reader: User) -> Found:
    """Return tools in force by a part of their id, slug, name or software."""
    return Found.first(
        [
            Hit(
                str(one),
                reverse("governance:tool-detail", args=[one.slug]),
                one.software,
            )
            for one in tools.named(text)
        ]
    )


def views_like(text: str, reader: User) -> Found:
    """Return the saved views this person sees, by name."""
    found = savedviews.visible(reader).filter(name__icontains=text).order_by("name")
    return Found.first(
        [
            Hit(row.name, row.address, "the team's view" if row.is_shared else "your view")
            for row in found[: SHOWN + 1]
            if row.address
        ]
    )


def _numbered(text: str, prefix: str, model: type[Model], address: str) -> str:
    found = REFERENCE.fullmatch(text)
    if not found or PREFIXES[found[1].upper().rstrip("- ")] != prefix:
        return ""
    there = model._default_manager.filter(pk=int(found[2])).exists()
    return reverse(address, args=[int(found[2])]) if there else ""


def _first(rows: QuerySet[Any], told: Any) -> Found:
    return Found.first([told(row) for row in rows[: SHOWN + 1]])


KINDS = (
    Kind("Companies", "governance.view_readiness", companies_like, company, position=10),
    Kind("Errors", "governance.view_huberror", errors_like, error, position=20),
    Kind("Groups", "governance.view_huberror", codes_like, position=30),
    Kind("Operations", "governance.view_operation", operations_like, operation, position=40),
    Kind("Playbooks and runs", "governance.view_playbook", playbooks_like, run, position=50),
    Kind("Tools", "governance.view_canonversion", tools_like, tool, position=55),
    Kind("Views", "governance.view_huberror", views_like, position=60),
)
