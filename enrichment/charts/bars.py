"""A workflow as a line of a table: a bar of six parts, and the same as numbers."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.safestring import SafeString

from enrichment.charts import coverage
from enrichment.models import CoverageDay, Workflow
from enrichment.queries.coverage import Line
from enrichment.queries.figures import days
from outreach_admin.ui import bars, figures
from outreach_admin.ui.charts.marks import Mark


class Row(NamedTuple):
    """One workflow: its picture, its six numbers, the share that is completed."""

    workflow: Workflow
    picture: SafeString
    marks: list[Mark]
    share: str
    whole: Mark


def rows(entity_type: str, lines: Sequence[Line]) -> list[Row]:
    """Draw workflows; every part and every number leads to exactly its entities."""
    return [_row(one, coverage.row(entity_type, one).marks) for one in lines]


def rows_of_day(kept: Sequence[CoverageDay]) -> list[Row]:
    """Draw a day; of it only the numbers were kept, so they lead nowhere."""
    return [
        _row(one, [Mark(count) for count in one.buckets.values()]) for one in days.lines(list(kept))
    ]


def _row(line: Line, marks: Sequence[Mark]) -> Row:
    name = line.workflow.workflow_name
    share = figures.percent(line.buckets["completed"], line.entities)
    label = f"{name}: {share} completed"
    is_linked = any(mark.url for mark in marks)
    return Row(
        line.workflow,
        _linked(label, marks) if is_linked else _plain(label, marks),
        list(marks),
        share,
        Mark(line.entities),
    )


def _linked(label: str, marks: Sequence[Mark]) -> SafeString:
    parts = [
        bars.Part(
            mark.count or 0,
            series.fill,
            f"{series.label}: {mark.words}",
            mark.url,
        )
        for series, mark in zip(coverage.SERIES, marks, strict=True)
    ]
    return bars.linked(parts, label=label)


def _plain(label: str, marks: Sequence[Mark]) -> SafeString:
    parts = [
        (mark.count or 0, series.fill) for series, mark in zip(coverage.SERIES, marks, strict=True)
    ]
    return bars.bar(parts, label=label, tall=True)
