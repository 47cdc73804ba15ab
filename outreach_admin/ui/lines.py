"""Lines over successive days as SVG, coloured by class, so that no inline style is needed."""

from collections.abc import Collection, Iterator, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from outreach_admin.ui import texts

WIDTH, HEIGHT, PAD = 320, 72, 6
DOT = '<circle class="line-dot" cx="{}" cy="{}" r="2"/>'
Point = tuple[float, float]


def line(
    values: Sequence[int | None],
    *,
    label: str,
    breaks: Collection[int] = (),
) -> SafeString:
    """Draw a figure day by day; `label` says the same in words.

    Days without a value (None) leave a gap that nothing bridges, hatched; the line ends before each place
    in `breaks` and begins anew there, at a rule.
    """
    step = (WIDTH - 2 * PAD) / max(1, len(values) - 1)
    parts = [
        *_gaps(values, step),
        *_rules(breaks, step),
        *(_drawn(run) for run in _runs(_points(values, step), breaks)),
    ]
    return format_html(
        '<svg class="line" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        WIDTH,
        HEIGHT,
        texts.word(label),
        format_html_join("", "{}", ((part,) for part in parts)),
    )


def _points(values: Sequence[int | None], step: float) -> list[Point | None]:
    known = [value for value in values if value is not None]
    low, high = min(known, default=0), max(known, default=0)
    room = HEIGHT - 2 * PAD
    return [
        None
        if value is None
        else (PAD + place * step, PAD + _share(high - value, high - low) * room)
        for place, value in enumerate(values)
    ]


def _share(part: int, whole: int) -> float:
    # what never changed lies in the middle
    return part / whole if whole else 0.5


def _runs(points: Sequence[Point | None], breaks: Collection[int]) -> Iterator[list[Point]]:
    run: list[Point] = []
    for place, point in enumerate(points):
        if run and (point is None or place in breaks):
            yield run
            run = []
        if point is not None:
            run.append(point)
    if run:
        yield run


def _drawn(run: list[Point]) -> SafeString:
    if len(run) == 1:
        x, y = run[0]
        return format_html(DOT, f"{x:.1f}", f"{y:.1f}")
    listed = " ".join(f"{x:.1f},{y:.1f}" for x, y in run)
    return format_html('<polyline class="line-run" points="{}"/>', listed)


def _gaps(values: Sequence[int | None], step: float) -> Iterator[SafeString]:
    for place, value in enumerate(values):
        if value is None:
            yield format_html(
                '<rect class="line-gap" x="{}" y="0" width="{}" height="{}"/>',
                f"{PAD + (place - 0.5) * step:.1f}",
                f"{step:.1f}",
                HEIGHT,
            )


def _rules(breaks: Collection[int], step: float) -> Iterator[SafeString]:
    for place in sorted(breaks):
        x = f"{PAD + (place - 0.5) * step:.1f}"
        yield format_html('<line class="line-break" x1="{}" x2="{}" y1="0" y2="{}"/>', x, x, HEIGHT)
