"""Bars as SVG in percent, coloured by class, so that no inline style is needed."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from outreach_admin.ui import texts

FILLS = ("good", "run", "wait", "bad", "warn", "none", "retry", "rest", "gap", "idle")
SPARK_WIDTH, SPARK_HEIGHT = 96, 24
HATCHED = ("warn", "none")
# percent
THINNEST = 0.75


@dataclass(frozen=True)
class Part:
    """One part of a bar: how much, in which fill, what it is called and where it leads."""

    count: int
    fill: str
    label: str
    url: str


def bar(parts: Sequence[tuple[float, str]], *, label: str, tall: bool = False) -> SafeString:
    """Draw counts as shares of their sum; `label` says the same in words. Warn is hatched as well."""
    whole = sum(count for count, _ in parts)
    ends = list(accumulate((count for count, _ in parts), initial=0))
    rects = format_html_join(
        "",
        "{}",
        (
            (_rect(start, count, whole, fill),)
            for start, (count, fill) in zip(ends, parts, strict=False)
        ),
    )
    return format_html(
        '<svg class="bar{}" role="img" aria-label="{}">{}</svg>',
        " is-tall" if tall else "",
        texts.word(label),
        rects,
    )


def linked(parts: Sequence[Part], *, label: str) -> SafeString:
    """Draw a bar whose parts lead to what they count; what is there is never too thin to be pointed at.

    For keys the same links stand beside it as numbers.
    """
    widths = shares([part.count for part in parts])
    starts = accumulate(widths, initial=0.0)
    drawn = zip(parts, starts, widths, strict=False)
    links = (_link(part, start, width) for part, start, width in drawn if width)
    return format_html(
        '<svg class="bar is-tall is-linked" role="group" aria-label="{}">{}</svg>',
        texts.word(label),
        format_html_join("", "{}", ((one,) for one in links)),
    )


def shares(counts: Sequence[float]) -> list[float]:
    """Share 100 percent out by counts, no part thinner than `THINNEST`."""
    whole = sum(counts)
    wanted = [max(THINNEST, 100 * count / whole) if count else 0.0 for count in counts]
    over = sum(wanted) / 100
    return [share / over for share in wanted] if over else wanted


def spark(counts: Sequence[int], *, label: str, fill: str = "retry") -> SafeString:
    """Draw counts of successive days as small columns, the highest as high as the picture."""
    step, most = SPARK_WIDTH / max(1, len(counts)), max(counts, default=0)
    columns = format_html_join(
        "",
        '<rect class="fill-{}" x="{}" y="{}" width="{}" height="{}" rx="1"/>',
        (
            (
                fill,
                f"{place * step + 1:.1f}",
                f"{SPARK_HEIGHT - 1 - height:.1f}",
                f"{step - 2:.1f}",
                f"{height:.1f}",
            )
            for place, count in enumerate(counts)
            if count and (height := max(1.5, (SPARK_HEIGHT - 2) * count / most))
        ),
    )
    line = format_html('<line class="grid-line" x1="0" x2="{}" y1="23.5" y2="23.5"/>', SPARK_WIDTH)
    box = f"0 0 {SPARK_WIDTH} {SPARK_HEIGHT}"
    return format_html(
        '<svg class="spark" viewBox="{}" role="img" aria-label="{}">{}{}</svg>',
        box,
        texts.word(label),
        line,
        columns,
    )


def _link(part: Part, start: float, width: float) -> SafeString:
    rect = _rect(start, width, 100, part.fill)
    return format_html(
        '<a href="{}" tabindex="-1" aria-label="{}"><title>{}</title>{}</a>',
        part.url,
        part.label,
        part.label,
        rect,
    )


def _rect(start: float, count: float, whole: float, fill: str) -> SafeString:
    if fill not in FILLS:
        raise ValueError(f"no fill named {fill!r}: one of {', '.join(FILLS)}")
    x, width = (f"{100 * part / whole:.2f}%" if whole else "0%" for part in (start, count))
    rect = format_html('<rect class="fill-{}" x="{}" width="{}" height="100%"/>', fill, x, width)
    if fill not in HATCHED:
        return rect
    return format_html(
        '{}<rect fill="url(#hatch)" x="{}" width="{}" height="100%"/>', rect, x, width
    )
