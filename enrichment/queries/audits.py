"""The registry as the scanner compares it, and what its audits found."""

import os
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from enrichment.exceptions import ScanRefused
from enrichment.models import Finding, Scan, Workflow, WorkflowAlias
from enrichment.models.scans import REGISTRABLE
from enrichment.queries import scans
from enrichment.scanner import audit, settings, tree, waivers
from enrichment.scanner.audit import NOTED
from enrichment.scanner.records import Audit, Entry, WrongUse
from enrichment.scanner.waivers import Waiver

# letters of a commit's name
HASH = 40


def entries() -> list[Entry]:
    """Return every workflow as an entry with all its tables and names. Three queries."""
    found = Workflow.objects.prefetch_related("flows", "aliases")
    return [entry(workflow) for workflow in found]


def entry(workflow: Workflow) -> Entry:
    """Write a workflow with its tables and keys; one without flows has those of the seed's columns."""
    flows = list(workflow.flows.all())
    keys: list[str] = []
    for flow in flows:
        keys.extend(flow.key_columns)
    named = (
        workflow.raw_table,
        workflow.extracted_table,
        workflow.core_table,
    )
    tables = [flow.table_name for flow in flows]
    if not flows:
        tables = list(filter(None, named))
    return Entry(
        slug=workflow.workflow_name,
        tables=tuple(tables),
        aliases=tuple(one.alias for one in workflow.aliases.all()),
        keys=tuple(filter(None, [*keys, workflow.key_column])),
        key_type=workflow.key_type or "",
        is_active=workflow.is_active,
        whole=bool(flows),
    )


def compare(
    path: Path,
    *,
    today: date,
    waived: Path | None = None,
    config: Path | None = None,
) -> Audit:
    """Compare a tree of code with the registry; its own file of waivers counts where none is named.

    Raises ScanRefused: the tree or a file is not there, or says what it may not.
    """
    try:
        how = settings.Settings()
        if config:
            how = settings.read(config)
        return audit.audit(
            tree.read(path, how),
            entries(),
            settings=how,
            waived=waivers.of(path, waived),
            today=today,
        )
    except WrongUse as reason:
        raise ScanRefused(str(reason)) from reason


def commit_of(path: Path) -> str:
    """Return the commit that a tree stands at; empty where it is no checkout of Git, in a rare form, or closed."""
    for folder in (path, *path.resolve().parents):
        head = folder / ".git" / "HEAD"
        # Path.is_file() raises where the folder is closed
        if os.path.isfile(head):  # noqa: PTH113
            return _commit(head)
    return ""


def _commit(head: Path) -> str:
    text = _text(head)
    if not text.startswith("ref: "):
        return text[:HASH]
    branch = head.parent / text.removeprefix("ref: ")
    return _text(branch)[:HASH]


def _text(path: Path) -> str:
    try:
        text = path.read_text(
            encoding="utf-8",
            errors="replace",
        )
    except OSError:
        return ""
    return text.strip()


def latest() -> Scan | None:
    """Return the scan that pages speak of where no tree is named."""
    return scans.newest().select_related("by").first()


def trees() -> list[Scan]:
    """Return the last scan of each tree, by the name of the tree."""
    return list(scans.last_of_each().select_related("by"))


def past(tree: str, most: int) -> list[Scan]:
    """Return the last scans of a tree, the newest first."""
    return list(scans.of(tree).select_related("by")[:most])


def waiver_of(finding: Finding) -> Waiver | None:
    """Return the waiver that answers for a finding, as its scan read it; None where it says none."""
    found = (_waiver(one) for one in finding.scan.waivers)
    return next((one for one in found if _answers(one, finding)), None)


def _waiver(told: Mapping[str, str]) -> Waiver:
    texts = {name: told.get(name, "") for name in waivers.FIELDS if name != "expires"}
    return Waiver(**texts, expires=date.fromisoformat(told["expires"]))


def _answers(waiver: Waiver, finding: Finding) -> bool:
    is_its_own = waiver.reason == finding.waived_because and waiver.expires == finding.waived_until
    return is_its_own and waiver.fits(finding)


def findings(scan: Scan) -> QuerySet[Finding]:
    """Return what a scan found, each with whether its workflow was registered since."""
    return with_entries(Finding.objects.filter(scan=scan)).order_by("id")


def with_entries(rows: QuerySet[Finding]) -> QuerySet[Finding]:
    """Say of findings whether a workflow has, or had, their slug now."""
    return rows.annotate(has_entry=_entry())


def _entry() -> Q:
    slug = OuterRef("slug")
    named = Workflow.objects.filter(workflow_name=slug)
    once = WorkflowAlias.objects.filter(alias=slug)
    return Q(Exists(named)) | Q(Exists(once))


def first_of_each(scan: Scan, most: int) -> list[Finding]:
    """Return the first findings of each kind, those that nobody waived before others. One query."""
    order = [
        F("waived_until").asc(nulls_first=True),
        F("id").asc(),
    ]
    place = Window(
        RowNumber(),
        partition_by=F("kind"),
        order_by=order,
    )
    found = findings(scan).exclude(kind__in=NOTED)
    placed = found.annotate(place=place)
    first = placed.filter(place__lte=most)
    return list(first.order_by("place"))


def waiting(scan: Scan) -> QuerySet[Finding]:
    """Return findings of a scan that an entry would end and that have none yet."""
    return _without_entry(findings(scan))


def chosen(keys: Iterable[int]) -> QuerySet[Finding]:
    """Return those of some findings that an entry would end; of the last scan of a tree alone."""
    named = Finding.objects.filter(pk__in=list(keys), scan__in=scans.last_of_each().values("pk"))
    return _without_entry(with_entries(named)).order_by("id")


def _without_entry(rows: QuerySet[Finding]) -> QuerySet[Finding]:
    return rows.filter(~_entry(), kind__in=REGISTRABLE).exclude(slug="")
