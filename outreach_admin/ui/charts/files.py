"""A chart as a file that stands alone: SVG with its look written in, CSV of its table."""

import csv
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from outreach_admin.ui import figures, texts
from outreach_admin.ui.charts import drawing
from outreach_admin.ui.charts.marks import Chart, Line

# pixels
WIDTH, MARGIN, HEAD, KEY = 720, 24, 64, 20
LOOKS = ("css/chart.css", "css/bar.css")
TOKENS = "css/tokens.css"
TOKEN = re.compile(r"--([\w-]+):\s*([^;]+);")
LIGHT = re.compile(r"light-dark\(([^,]+),")
USED = re.compile(r"var\(--([\w-]+)\)")
FORMULA = re.compile(r"[=+\-@\t\r]")
PAPER = "svg .paper { fill: var(--page); } .title { font-weight: 600; }"
HATCH = SafeString(
    '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><line class="hatch" x1="0" y1="0" x2="0" y2="6"/></pattern></defs>'
)


@dataclass(frozen=True)
class File:
    """What goes out, and as what."""

    content: str
    content_type: str
    filename: str


def as_svg(chart: Chart, *, base: str, at: datetime) -> File:
    """Draw a chart with its heading, key and look, light, as it is printed; its marks lead to `base`."""
    keyed = HEAD + drawing.height_of(chart) + KEY
    height = keyed + KEY * len(chart.key) + MARGIN
    picture = format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}">'
        '<style>{2}</style>{3}<rect class="paper" width="100%" height="100%"/>{4}{5}'
        '<svg x="{6}" y="{7}" width="{8}" height="{9}">{10}</svg></svg>',
        WIDTH,
        height,
        _look(),
        HATCH,
        _heading(chart, at),
        _key(chart, keyed),
        MARGIN,
        HEAD,
        WIDTH - 2 * MARGIN,
        drawing.height_of(chart),
        drawing.draw(chart, base=base),
    )
    return File(picture, "image/svg+xml; charset=utf-8", _filename(chart, at, "svg"))


def as_csv(chart: Chart, *, base: str, at: datetime) -> File:
    """Write the table of a chart; no cell is a formula."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow([f"# {chart.title}, as of {figures.exact(at)}"])
    writer.writerow([safe(chart.subject), *map(safe, chart.heads)])
    lines = [*chart.lines, *([chart.foot] if chart.foot else [])]
    writer.writerows(_cells(line) for line in lines)
    content = written.getvalue()
    return File(content, "text/csv; charset=utf-8", _filename(chart, at, "csv"))


def safe(label: str) -> str:
    """Write a label so that no spreadsheet takes it for a formula, as exports do."""
    shown = texts.word(label)
    return f"'{shown}" if FORMULA.match(shown) else shown


@cache
def _look() -> str:
    """Put the light value in place of every token: viewers of files know no custom properties."""
    values = {name: _light(value) for name, value in TOKEN.findall(_source(TOKENS))}
    rules = PAPER + "".join(map(_source, LOOKS))
    return USED.sub(lambda used: values[used[1]], rules)


def _light(value: str) -> str:
    found = LIGHT.match(value)
    return found[1] if found else value


def _source(name: str) -> str:
    return Path(str(finders.find(name))).read_text(encoding="utf-8")


def _heading(chart: Chart, at: datetime) -> SafeString:
    said = f"{figures.counted(chart.total, chart.nouns, chart.nouns)}, as of {figures.exact(at)}"
    return format_html(
        '<g class="chart"><text class="title" x="{0}" y="24">{1}</text><text x="{0}" y="44">{2}</text></g>',
        MARGIN,
        texts.word(chart.title),
        said,
    )


def _key(chart: Chart, top: int) -> SafeString:
    lines = [
        (one.fill, MARGIN, top + place * KEY, MARGIN + 20, top + place * KEY + 10, one.label)
        for place, one in enumerate(chart.key)
    ]
    return format_html_join(
        "",
        '<g class="chart"><rect class="fill-{}" x="{}" y="{}" width="12" height="12"/>'
        '<text x="{}" y="{}">{}</text></g>',
        lines,
    )


def _cells(line: Line) -> list[str | int]:
    counts = [cell.words if cell.count is None else cell.count for cell in line.cells]
    return [safe(line.label), *counts]


def _filename(chart: Chart, at: datetime, ending: str) -> str:
    return f"{chart.name}_{at:%Y-%m-%dT%H%M%SZ}.{ending}"


FORMATS: Mapping[str, Callable[..., File]] = {"svg": as_svg, "csv": as_csv}
