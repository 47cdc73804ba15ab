"""Charts as SVG: lengths in percent, colours by class, a link with its words for every mark."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from outreach_admin.ui import bars, figures, texts
from outreach_admin.ui.charts.marks import BANDS, BARS, Chart, Mark, Row, Series

# pixels
ROW, LABEL, BAR = 54, 13, 24
WORDS = 12
BAND, PLOT = 104, 72
TEXT = 20
# percent, so that one company of a million can still be pointed at
THINNEST = 0.5
# pixels, for the same reason
LOWEST = 2
# of a column's room
FILLED = 0.76
# of the chart, in percent: one column alone is a column, not a wall
WIDEST = 8.0
LONGEST_LABEL = 48

Box = tuple[str, str, str, str]


def draw(chart: Chart, *, base: str = "") -> SafeString:
    """Draw a chart; `base` stands before the address of each mark where it leaves the console."""
    height = height_of(chart)
    drawn = _bars(chart, base) if chart.kind == BARS else _columns(chart, base)
    return format_html(
        '<svg class="chart" xmlns="http://www.w3.org/2000/svg" width="100%" height="{}" role="group"'
        ' aria-label="{}">{}</svg>',
        height,
        texts.word(chart.title),
        _joined(drawn),
    )


def height_of(chart: Chart) -> int:
    """Return its height in pixels; below the marks is room for the words of the one that is pointed at."""
    if chart.kind == BARS:
        return ROW * len(chart.rows) + WORDS
    return BAND * len(_bands(chart)) + TEXT + WORDS + 4


def _bars(chart: Chart, base: str) -> Iterator[SafeString]:
    widest = max((row.total or 0 for row in chart.rows), default=0)
    for place, row in enumerate(chart.rows):
        top = place * ROW
        yield _text(texts.word(row.label)[:LONGEST_LABEL], "0", top + LABEL)
        yield _text(row.all.words, "100%", top + LABEL, end=True)
        yield _plain("none", ("0", f"{top + TEXT}", "100%", f"{BAR}"))
        yield from _parts(chart, row, widest, base)


def _parts(chart: Chart, row: Row, widest: int, base: str) -> Iterator[SafeString]:
    top = chart.rows.index(row) * ROW + TEXT
    widths = _widths([mark.count or 0 for mark in row.marks], widest)
    starts = accumulate(widths, initial=0.0)
    for series, mark, start, width in zip(chart.series, row.marks, starts, widths, strict=False):
        if width:
            box = (f"{start:.2f}%", f"{top}", f"{width:.2f}%", f"{BAR}")
            yield _mark(chart, row, series, mark, [_rect(series.fill, box)], base)


def _widths(counts: Sequence[int], widest: int) -> list[float]:
    """Share a row out; what is there is never too thin to be seen."""
    shares = [max(THINNEST, 100 * count / widest) if count else 0.0 for count in counts]
    over = sum(shares) / 100
    return [share / over for share in shares] if over > 1 else shares


def _columns(chart: Chart, base: str) -> Iterator[SafeString]:
    bottom = BAND * len(_bands(chart)) + LABEL
    for place, band in enumerate(_bands(chart)):
        yield from _band(chart, band, place * BAND, base)
    if chart.rows:
        yield _text(texts.word(chart.rows[0].label), "0", bottom)
        yield _text(texts.word(chart.rows[-1].label), "100%", bottom, end=True)


def _bands(chart: Chart) -> list[range]:
    """Return which series share a scale."""
    if chart.kind == BANDS:
        return [range(one, one + 1) for one in range(len(chart.series))]
    return [range(len(chart.series))]


def _band(chart: Chart, band: range, top: int, base: str) -> Iterator[SafeString]:
    highest = max((_sum(row, band) for row in chart.rows), default=0)
    named = chart.series[band.start].label if chart.kind == BANDS else chart.nouns.capitalize()
    yield _text(named, "0", top + LABEL)
    yield _text(f"at most {figures.number(highest)}", "100%", top + LABEL, end=True)
    floor = top + TEXT + PLOT
    yield format_html(
        '<line class="grid-line" x1="0" x2="100%" y1="{0}" y2="{0}"/>',
        floor,
    )
    for place, row in enumerate(chart.rows):
        yield from _column(chart, row, place, band, floor, highest, base)


def _column(
    chart: Chart, row: Row, place: int, band: range, floor: int, highest: int, base: str
) -> Iterator[SafeString]:
    step = 100 / len(chart.rows)
    x, width = f"{place * step:.3f}%", f"{min(step * FILLED, WIDEST):.3f}%"
    room = (f"{place * step:.3f}%", f"{floor - PLOT}", f"{step:.3f}%", f"{PLOT}")
    for number in band:
        mark, series = row.marks[number], chart.series[number]
        if mark.count is None:
            gap = [_rect("none", (x, room[1], width, room[3]))]
            yield _mark(chart, row, series, mark, gap, base)
        elif mark.count:
            height = max(LOWEST, PLOT * mark.count / highest)
            floor -= round(height)
            column = _rect(series.fill, (x, f"{floor}", width, f"{height:.0f}"))
            # a low column is hard to hit: what is above it is its own where nothing else stands there
            hit = [_hit(room)] if len(band) == 1 else []
            yield _mark(chart, row, series, mark, [*hit, column], base)


def _sum(row: Row, band: range) -> int:
    return sum(row.marks[number].count or 0 for number in band)


def _mark(
    chart: Chart, row: Row, series: Series, mark: Mark, shapes: Iterable[SafeString], base: str
) -> SafeString:
    words = chart.words(row, series, mark)
    spoken = _text(words, "0", height_of(chart) - 4, css="figure")
    inner = format_html("<title>{}</title>{}{}", words, _joined(shapes), spoken)
    if not mark.url:
        return format_html('<g role="img" aria-label="{}">{}</g>', words, inner)
    return format_html('<a href="{}{}" aria-label="{}">{}</a>', base, mark.url, words, inner)


def _plain(fill: str, box: Box) -> SafeString:
    return format_html(
        '<rect class="fill-{}" x="{}" y="{}" width="{}" height="{}"/>',
        fill,
        *box,
    )


def _rect(fill: str, box: Box) -> SafeString:
    shape = _plain(fill, box)
    if fill not in bars.HATCHED:
        return shape
    hatch = format_html(
        '<rect fill="url(#hatch)" x="{}" y="{}" width="{}" height="{}"/>',
        *box,
    )
    return shape + hatch


def _hit(box: Box) -> SafeString:
    return format_html(
        '<rect class="hit" x="{}" y="{}" width="{}" height="{}"/>',
        *box,
    )


def _text(words: str, x: str, y: int, *, end: bool = False, css: str = "") -> SafeString:
    anchor = "end" if end else "start"
    return format_html(
        '<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>',
        css,
        x,
        y,
        anchor,
        words,
    )


def _joined(drawn: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((one,) for one in drawn))
