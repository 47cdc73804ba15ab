"""What the one search box finds of the registry: workflows by name, earlier name and function."""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from enrichment.models import Finding, Workflow
from enrichment.queries import scans
from outreach_admin.lists.search import SHOWN, Found, Hit, Kind


def exact(text: str, reader: User) -> str:
    """Return the page of the one workflow that has, or had, this name, or whose function has it."""
    name = text.lower()
    named = Q(workflow_name=name) | Q(aliases__alias=name)
    called = _functions().filter(function=text)
    found = _meant(named) or _meant(_using(called))
    return found[0].get_absolute_url() if len(found) == 1 else ""


def like(text: str, reader: User) -> Found:
    """Return workflows that hold the text in their name, in an earlier one, or in that of a function.

    Three queries over the registry and the last scan of its code, which are small.
    """
    functions = _functions().filter(function__icontains=text)
    named = Q(workflow_name__icontains=text) | Q(aliases__alias__icontains=text)
    rows = Workflow.objects.filter(named | _using(functions)).distinct()
    first = list(rows.prefetch_related("aliases").order_by("workflow_name")[: SHOWN + 1])
    calling = _calling(first, functions)
    return Found.first([_hit(row, text.lower(), calling) for row in first])


def _functions() -> QuerySet[Finding]:
    return Finding.objects.filter(scan__in=scans.newest()).exclude(function="")


def _using(functions: QuerySet[Finding]) -> Q:
    """Say when a workflow is what one of these functions names."""
    slugs = functions.order_by().values("slug")
    return Q(workflow_name__in=slugs) | Q(aliases__alias__in=slugs)


def _meant(condition: Q) -> list[Workflow]:
    """Return the workflows that a name means; two are enough to know that it does not tell."""
    rows = Workflow.objects.filter(condition)
    return list(rows.distinct()[:2])


def _names(row: Workflow) -> list[str]:
    return [row.workflow_name, *(one.alias for one in row.aliases.all())]


def _calling(rows: Iterable[Workflow], functions: QuerySet[Finding]) -> dict[str, str]:
    """Return a function for each name that one of these uses."""
    names = [name for row in rows for name in _names(row)]
    using = functions.filter(slug__in=names).order_by("-id")
    return dict(using.values_list("slug", "function"))


def _hit(row: Workflow, text: str, calling: dict[str, str]) -> Hit:
    """Tell a workflow, and why it was found where its name does not show it."""
    said = [row.key_type or "no key type", row.state]
    earlier = [name for name in _names(row)[1:] if text in name]
    called = [calling[name] for name in _names(row) if name in calling]
    if text not in row.workflow_name and earlier:
        said.append(f"once {earlier[0]}")
    elif text not in row.workflow_name and called:
        said.append(f"function {called[0]}")
    return Hit(row.workflow_name, row.get_absolute_url(), ", ".join(said))


KINDS = (
    Kind(
        "Workflows",
        "enrichment.view_workflow",
        like,
        exact,
        position=17,
    ),
)
