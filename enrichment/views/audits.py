"""The audit of ingest code: what the last scan found, its findings as a list and a file, a new scan."""

import csv
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.db.models import Case, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views import View

from enrichment.charts import audits as charts
from enrichment.filters.audits import FindingFilter
from enrichment.models import Finding, Scan
from enrichment.queries import audits
from enrichment.scanner import waivers
from enrichment.scanner.audit import KINDS, NOTED
from enrichment.scanner.waivers import Waiver
from enrichment.services import registry, scans
from enrichment.tables.audits import (
    REGISTER,
    FindingTable,
    name_of,
    offer,
    place_of,
    state_of,
    waived_by,
)
from governance.views.savedviews import person
from outreach_admin.exceptions import BadRequest
from outreach_admin.ui.charts.files import safe
from outreach_admin.ui.figures import counted
from outreach_admin.ui.pages.base import Crumb, Link, Page
from outreach_admin.ui.pages.lists import TablePage
from outreach_admin.ui.tables import Table
from outreach_admin.ui.texts import word

AUDIT = "enrichment:audit"
FIRST = 5
HISTORY = 30
# days before its end from which a waiver is said to end soon
SOON = 14


@dataclass(frozen=True)
class Group:
    """The first findings of a kind, and where all are."""

    kind: str
    label: str
    count: int
    url: str
    rows: list[dict[str, Any]]

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


class OfTree(Page):
    """A page about the last scan of one tree: the one that `tree` names, else the console's own."""

    @cached_property
    def trees(self) -> list[Scan]:
        return audits.trees()

    @cached_property
    def scan(self) -> Scan | None:
        asked = self.request.GET.get("tree")
        if asked is None:
            return audits.latest()
        found = next((one for one in self.trees if one.tree == asked), None)
        if found is None:
            refusal = BadRequest(
                f"No scan of “{word(asked[:200])}” was kept.",
                what_to_do="Choose one of the trees on the page of the audit.",
            )
            refusal.way_out = reverse(AUDIT)
            raise refusal
        return found


class Audit(OfTree):
    """What the last scan of a tree found against the registry, and what can be done about it."""

    permission_required = "enrichment.view_scan"
    template_name = "enrichment/audit/page.html"
    title = "Registry audit"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give figures, groups of findings, waivers and the scans before. Five queries."""
        user = self.request.user
        context: dict[str, Any] = {
            "scan": self.scan,
            "may_scan": user.has_perm(scans.RIGHT) and settings.INGEST_TREE.is_dir(),
            "may_register": user.has_perm(registry.RIGHT),
            "tree": settings.INGEST_TREE,
        }
        if self.scan:
            context |= of_scan(self.scan, self.as_of.date(), context["may_register"])
            context["chart"] = charts.over_time(audits.past(self.scan.tree, HISTORY))
            context["trees"] = self.trees
        return super().get_context_data(**context | kwargs)


def of_scan(scan: Scan, today: date, may_register: bool) -> dict[str, Any]:
    """Return what a page says of a scan."""
    groups = list(grouped(scan, may_register))
    return {
        # an older scan need not have counted all that this version counts
        "summary": Counter(scan.summary),
        "links": links(scan),
        "groups": groups,
        "unreadable": [row for one in groups if one.kind == "unreadable" for row in one.rows],
        "waivers": [waiver | left(waiver, today) for waiver in scan.waivers],
        "can_register": any(row["registers"] for one in groups for row in one.rows),
    }


def grouped(scan: Scan, may_register: bool) -> Iterator[Group]:
    """Group the first findings by kind, worst first."""
    found = audits.first_of_each(scan, FIRST)
    for one in found:
        one.scan = scan
    for kind, label in KINDS.items():
        rows = [shown(one, may_register) for one in found if one.kind == kind]
        count = scan.summary.get(kind, 0)
        if rows:
            yield Group(kind, label, count, charts.findings_url(scan, kind=kind), rows)


def shown(finding: Finding, may_register: bool) -> dict[str, Any]:
    """Write a finding for a row of the page."""
    state, said = state_of(finding)
    done = offer(finding, may_register=may_register)
    return {
        "finding": finding,
        "name": name_of(finding),
        "where": place_of(finding),
        "state": state,
        "word": said,
        "waived_by": waived_by(finding),
        "offer": done,
        "registers": bool(done and done.label == REGISTER),
    }


def links(scan: Scan) -> dict[str, str]:
    """Return where the figures of a scan lead."""
    found = {kind: charts.findings_url(scan, kind=kind) for kind in (*KINDS, *NOTED)}
    functions = ["unregistered", "in_both"]
    if scan.summary.get("functions_dynamic"):
        functions.append("dynamic_slug")
    return found | {
        "functions": charts.findings_url(scan, kind=functions),
        "registered": reverse("enrichment:workflow-list"),
        "open": charts.findings_url(scan, waived="false", kind=list(KINDS)),
        "waived": charts.findings_url(scan, waived="true"),
        "all": charts.findings_url(scan, kind=list(KINDS)),
    }


def left(waiver: Mapping[str, str], today: date) -> dict[str, Any]:
    """Say how long a waiver counts from today."""
    days = (date.fromisoformat(waiver["expires"]) - today).days
    words = f"in {days} d" if days >= 0 else "ended"
    state = "failed" if days < 0 else "ends_soon" if days <= SOON else ""
    named = [waiver[name] for name in ("function", "slug", "file") if waiver.get(name)]
    return {
        "ends": words,
        "state": state,
        "named": ", ".join(named),
    }


class Findings(TablePage):
    """What a scan found: the last one, unless another is named."""

    permission_required = "enrichment.view_scan"
    title = "Findings"
    nav = AUDIT
    table_class = FindingTable
    filterset_class = FindingFilter
    empty_hint = "Scan the code: what differs from the registry is listed here."

    def crumbs(self) -> list[Crumb]:
        return [Crumb(self.title)]

    @cached_property
    def scan(self) -> Scan | None:
        return audits.latest()

    @property
    def may_register(self) -> bool:
        """Whether this person may, and the findings are those of the last scan of a tree."""
        if not self.request.user.has_perm(registry.RIGHT):
            return False
        asked = self.request.GET.getlist("scan")
        # the one that is shown where none is named is the last of its tree
        return not asked or asked in [[str(one.pk)] for one in audits.trees()]

    def _table(self) -> Table:
        table = super()._table()
        table.may_register = self.may_register  # type: ignore[attr-defined]
        return table

    def get_queryset(self) -> QuerySet[Finding]:
        # who waived them stands in their scan: one row for all
        found = Finding.objects.prefetch_related("scan")
        rows = audits.with_entries(found).annotate(
            is_waived=Case(
                When(waived_until__isnull=False, then=Value(True)),
                default=Value(False),
            )
        )
        if "scan" in self.request.GET:
            return rows
        return rows.filter(scan=self.scan) if self.scan else rows.none()

    def toolbar(self) -> list[Link]:
        query = self.request.GET.urlencode()
        return [Link("CSV", f"{reverse('enrichment:audit-file')}?{query}", "download")]


class FindingsFile(Findings):
    """The findings of a list as CSV; no cell is a formula."""

    columns_of = (
        "kind",
        "file",
        "line",
        "function",
        "slug",
        "slug_from",
        "expected",
        "found",
        "waived_because",
        "waived_until",
    )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.filterset.check()
        response = HttpResponse(content_type="text/csv; charset=utf-8")
        name = f"findings_{self.as_of:%Y-%m-%dT%H%M%SZ}.csv"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "private, no-store"
        writer = csv.writer(response)
        writer.writerow(self.columns_of)
        for row in self.filterset.qs.order_by("id").values_list(*self.columns_of):
            writer.writerow(["" if cell is None else safe(str(cell)) for cell in row])
        return response


class ScanAgain(PermissionRequiredMixin, View):
    """Scan the tree that is configured."""

    permission_required = scans.RIGHT
    page = AUDIT

    def post(self, request: HttpRequest) -> HttpResponseRedirect:
        kept = scans.scan(settings.INGEST_TREE, by=person(request))
        files = counted(kept.summary["files"], "file")
        open_ = counted(kept.summary["violations"], "finding")
        say = messages.success if kept.is_green else messages.warning
        say(request, f"Scanned {files}, {open_} not in order.")
        return redirect(AUDIT)


class Waive(Page):
    """What to put into the file of waivers for a finding, or to take out of it, and what else would end it."""

    permission_required = "enrichment.view_scan"
    template_name = "enrichment/audit/waive.html"
    nav = AUDIT

    @property
    def title(self) -> str:  # type: ignore[override]
        return "End a waiver" if self.finding.waived_until else "Waive a finding"

    @cached_property
    def finding(self) -> Finding:
        rows = audits.with_entries(Finding.objects.select_related("scan"))
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def crumbs(self) -> list[Crumb]:
        return [Crumb(self.title)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        finding = self.finding
        waiver = audits.waiver_of(finding) if finding.waived_until else None
        context = shown(finding, self.request.user.has_perm(registry.RIGHT)) | {
            "label": KINDS.get(finding.kind, finding.kind),
            "waiver": waiver,
            "lines": lines_of(waiver) if waiver else self.draft(),
            "others_url": charts.findings_url(finding.scan, waived="true"),
            "file": waivers.FILE,
        }
        return super().get_context_data(**context | kwargs)

    def draft(self) -> list[str]:
        """Write a waiver of the finding; who answers for it, why and until when is for a person."""
        finding, person = self.finding, self.request.user
        named = finding.function or finding.slug or finding.file
        texts = {
            "finding": finding.kind,
            "function" if finding.function else "slug" if finding.slug else "file": named,
            "reason": "…",
            "by": person.get_full_name() or person.get_username(),
        }
        return [*written(texts), f"expires = {self.as_of:%Y}-12-31"]


def lines_of(waiver: Waiver) -> list[str]:
    """Write a waiver as its file has it."""
    texts = {name: getattr(waiver, name) for name in waivers.FIELDS if name != "expires"}
    return [*written(texts), f"expires = {waiver.expires}"]


def written(texts: Mapping[str, str]) -> list[str]:
    """Write the texts of a waiver that are there."""
    quoted = {name: json.dumps(text, ensure_ascii=False) for name, text in texts.items() if text}
    return ["[[waiver]]", *(f"{name} = {text}" for name, text in quoted.items())]
