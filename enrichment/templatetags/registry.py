"""The registry in words: `{% load registry %}`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from enrichment.models import DataFlow, Finding, Run, Workflow
from enrichment.queries.coverage import Line
from enrichment.queries.entries import Completeness
from enrichment.queries.measures import Measure
from enrichment.scanner.audit import KINDS
from outreach_admin.ui import bars, figures

register = template.Library()
LAYERS = ("raw", "extracted", "core")
FILLS = {
    "completed": "good",
    "running": "run",
    "pending": "wait",
    "failed": "bad",
    "stale": "warn",
    "not_run": "rest",
}


@register.filter
def of_functions(found: Completeness) -> str:
    """Say beside how many functions the entries stand."""
    if found.functions is None:
        return "the code is not scanned yet"
    return f"of {figures.counted(found.functions, 'function')} found"


@register.filter
def of_fields(found: Completeness) -> str:
    """Say how many fields of all entries are filled."""
    share = figures.percent(found.filled, found.fields, 0)
    return f"{found.filled:,} of {found.fields:,} fields filled, {share}"


@register.filter
def of_scan(found: Completeness) -> str:
    """Say when the code was read."""
    if found.scan is None:
        return "the code is not scanned yet"
    return f"scanned {figures.ago(found.scan.scanned_at, timezone.now())}"


@register.filter
def tables_of(finding: Finding) -> str:
    """List the tables that a function writes, as far as the code shows them."""
    writes: Any = finding.writes if isinstance(finding.writes, list) else []
    named = [str(one.get("table")) for one in writes if isinstance(one, dict)]
    return ", ".join(named) or "unknown"


@register.filter
def kind_in_words(finding: Finding) -> str:
    """Write what kind of difference it is."""
    return KINDS.get(finding.kind, finding.kind)


@register.filter
def who_provides(workflow: Workflow) -> str:
    """Say in a line where its data comes from and whose it is."""
    entity = workflow.get_key_type_display().lower() if workflow.key_type else "unknown"
    parts = [
        workflow.provider,
        workflow.payload_type,
        f"one entity is a {entity}" if workflow.key_type else "its entity is not said",
    ]
    return f"{', '.join(filter(None, parts))}. Owner: {workflow.owner or 'nobody'}."


@dataclass(frozen=True)
class Step:
    """One layer that the data goes through; `hop` says what leads there, `without` why nothing is there."""

    layer: str
    label: str
    flows: list[DataFlow]
    hop: str
    without: str


@register.filter
def steps_of(flows: Sequence[DataFlow], workflow: Workflow) -> list[Step]:
    """Put tables in the order in which data goes through them, the leading one of a layer first."""
    return [_step(layer, flows, workflow) for layer in LAYERS]


def _step(layer: str, flows: Sequence[DataFlow], workflow: Workflow) -> Step:
    mine = [flow for flow in flows if flow.layer == layer]
    mine.sort(key=lambda flow: not flow.is_primary)
    stays_out = layer == "core" and workflow.intent in ("by_design_not", "legacy")
    without = "none by design" if stays_out else "no table is named"
    hop = {"extracted": "extract", "core": "coalesce"}.get(layer, "")
    return Step(
        layer,
        layer.capitalize(),
        mine,
        hop if mine else "stops here",
        without,
    )


@register.simple_tag
def measure_of(measures: Mapping[int, Measure] | None, flow: DataFlow) -> Measure:
    """Find what the warehouse told of a table; nothing yet where nobody asked."""
    return (measures or {}).get(flow.pk) or Measure(flow)


@dataclass(frozen=True)
class Bucket:
    """How many entities are in one state."""

    name: str
    label: str
    rows: int


@register.filter
def bucket_rows(line: Line) -> list[Bucket]:
    """List the buckets in their order."""
    return [
        Bucket(name, name.replace("_", " ").capitalize(), rows)
        for name, rows in line.buckets.items()
    ]


@register.simple_tag
def coverage_bar(line: Line) -> SafeString:
    """Draw the buckets as shares of all entities."""
    parts = [(max(0, rows), FILLS[name]) for name, rows in line.buckets.items()]
    said = ", ".join(f"{one.label.lower()} {one.rows:,}" for one in bucket_rows(line))
    return bars.bar(parts, label=said, tall=True)


@register.simple_tag
def narrowed(path: str, **filter: str) -> str:
    """Write the address of a list under a filter; empty where there is no list."""
    return f"{path}?{urlencode(filter)}" if path else ""


@register.filter
def run_url(run: Run) -> str:
    """Give the page of a run; empty where runs have none."""
    try:
        return reverse("enrichment:run-detail", args=[run.pk])
    except NoReverseMatch:
        return ""
