"""Columns of the registry."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.utils.html import format_html

from enrichment.models import Workflow
from outreach_admin.ui import bars, figures, sprite, tables, texts
from outreach_admin.ui.tables import Group

GROUPED = "group"
WHOLE, NEARLY = Workflow.FIELDS, 7


def fill_of(filled: int) -> str:
    """Choose how a bar of filled fields looks."""
    if filled == WHOLE:
        return "good"
    return "run" if filled >= NEARLY else "warn"


class TableColumn(tables.Column):
    """Whether an entry names a table of a layer, the name on hover; none is missing where none shall be."""

    def __init__(self, **given: Any) -> None:
        super().__init__(empty_values=(), **given)

    def render(self, value: str | None, record: Workflow) -> Any:  # type: ignore[override]
        """Draw it."""
        is_needless = self.verbose_name == "Core" and record.needs_no_core
        if value:
            look, said = "resolved good", value
        elif is_needless:
            look, said = "minus none", "none, by design"
        else:
            look, said = "missing warn", "missing"
        icon, tone = look.split()
        return format_html(
            '<span class="is-{}" title="{}">{}</span>',
            tone,
            texts.word(said),
            sprite.icon(icon, texts.word(said)),
        )


class WorkflowTable(tables.Table):
    """Workflows with their tables, whether they coalesce, and what their entries lack.

    In their own order they stand in groups: companies, people, inactive.
    """

    noun = "workflow"
    nouns = "workflows"
    default_sort = GROUPED

    workflow = tables.LinkColumn(
        url=lambda row: row.get_absolute_url(),
        accessor="workflow_name",
        sort="workflow_name",
        width="xl",
    )
    state = tables.BadgeColumn(accessor="state", width="s", chosen=False)
    group = tables.Column(sort="placed", width="m", chosen=False)
    key = tables.Column(accessor="key_column", default="missing", width="m")
    raw = TableColumn(accessor="raw_table", width="xs")
    extracted = TableColumn(accessor="extracted_table", width="s")
    core = TableColumn(
        accessor="core_table",
        verbose_name="Core",
        width="xs",
    )
    coalesces = tables.Column(accessor="intent", width="m")
    complete = tables.NumberColumn(
        accessor="filled",
        sort="filled",
        width="s",
    )
    missing = tables.Column(accessor="missing", default="nothing")
    raw_table = tables.CodeColumn(default="none", width="l", chosen=False)
    extracted_table = tables.CodeColumn(default="none", width="l", chosen=False)
    core_table = tables.CodeColumn(default="none", width="l", chosen=False)
    provider = tables.Column(width="m", chosen=False)
    payload = tables.Column(accessor="payload_type", width="m", chosen=False)
    owner = tables.Column(default="nobody", width="m", chosen=False)
    verified = tables.AgoColumn(accessor="verified_at", width="s", chosen=False)

    def render_workflow(self, value: str, record: Workflow) -> Any:
        """Write the link, and below it who provides what."""
        by = [record.provider, record.payload_type]
        said = " · ".join(texts.word(one) for one in by if one)
        return format_html(
            '<a class="mono" href="{}" data-open>{}</a><span class="sub-line">{}</span>',
            record.get_absolute_url(),
            texts.word(value),
            said,
        )

    def render_complete(self, value: int) -> Any:
        """Draw the filled fields, and say of how many."""
        said = f"{value} of {WHOLE}"
        parts = [
            (value, fill_of(value)),
            (WHOLE - value, "none"),
        ]
        drawn = bars.bar(parts, label=f"{said} fields")
        return format_html('{}<span class="sub-line">{}</span>', drawn, said)

    def render_missing(self, value: list[str]) -> Any:
        """Name what an entry lacks, on as many lines as it takes."""
        said = ", ".join(value) or "nothing"
        return format_html('<span class="sub-line is-whole">{}</span>', said)

    def groups(self) -> Iterator[Group]:
        """Give the rows of this page in their groups, where they are in that order."""
        if self.sort.removeprefix("-") != GROUPED:
            yield from super().groups()
            return
        pairs = zip(self.body(), self.data, strict=True)
        for heading, together in groupby(pairs, key=lambda pair: pair[1].group):
            rows = [row for row, _ in together]
            counted = figures.counted(len(rows), "workflow")
            yield Group(rows, f"{heading}: {counted} on this page")
