"""A chart as drawing: a link with its words for every mark, and nothing that a strict policy refuses."""

from xml.etree import ElementTree

import pytest

from outreach_admin.ui.charts import drawing
from outreach_admin.ui.charts.marks import BANDS, BARS, COLUMNS, Chart, Mark, Row, Series

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '"><script>alert(1)</script> \u202e\x1b<style>'
KINDS = (BARS, COLUMNS, BANDS)


def chart(kind: str = BARS, *rows: Row, series: int = 2, **more) -> Chart:
    fills = ("good", "warn", "bad")
    named = tuple(Series(f"Series {n}", fills[n]) for n in range(series))
    return Chart("sample", "Sample", "Row", "things", named, rows, **{"kind": kind} | more)


def row(label: str, *counts: int | None) -> Row:
    marks = tuple(Mark(count, f"/list/?row={n}&of=x") for n, count in enumerate(counts))
    return Row(label, marks, "/list/")


def tree(one: Chart, **given) -> ElementTree.Element:
    return ElementTree.fromstring(drawing.draw(one, **given))


def links(one: Chart, **given) -> dict[str, str]:
    return {link.get("aria-label"): link.get("href") for link in tree(one, **given).iter(f"{SVG}a")}


@pytest.mark.parametrize("kind", KINDS)
def test_every_mark_is_a_link_that_says_its_figure(kind):
    drawn = chart(kind, row("First", 1200, 3), row("Second", 0, 1))

    assert links(drawn) == {
        "First, Series 0: 1,200": "/list/?row=0&of=x",
        "First, Series 1: 3": "/list/?row=1&of=x",
        "Second, Series 1: 1": "/list/?row=1&of=x",
    }
    for link in tree(drawn).iter(f"{SVG}a"):
        words = [text.text for text in link.iter(f"{SVG}text")]
        assert words == [link.find(f"{SVG}title").text] == [link.get("aria-label")]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_in_it_is_refused_by_a_strict_policy(kind):
    drawn = chart(kind, row(HOSTILE, 1, None), row("x" * 5000, 2, 3))

    for part in tree(drawn).iter():
        assert part.tag.removeprefix(SVG) not in ("script", "style", "foreignObject")
        assert not [name for name in part.attrib if name == "style" or name.startswith("on")]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_to_draw_is_a_drawing_too(kind):
    assert links(chart(kind)) == {}
    assert links(chart(kind, row("Empty", 0, 0))) == {}


def test_a_thin_part_is_still_seen_and_the_bar_is_never_overfull():
    parts = tree(chart(BARS, row("All", 1, 1_000_000))).iter(f"{SVG}a")

    widths = [float(part.find(f"{SVG}rect").get("width").rstrip("%")) for part in parts]
    assert widths[0] >= 0.49
    assert sum(widths) <= 100.01


def test_a_day_that_nobody_counted_is_hatched_and_says_so():
    drawn = tree(chart(BANDS, row("5 Jan", None), row("6 Jan", 3), series=1))

    gap, column = drawn.iter(f"{SVG}a")
    assert gap.get("aria-label") == "5 Jan: not counted"
    assert "url(#hatch)" in [part.get("fill") for part in gap.iter(f"{SVG}rect")]
    assert column.get("aria-label") == "6 Jan: 3"


def test_columns_stand_on_the_floor_the_highest_as_high_as_the_plot():
    drawn = tree(chart(COLUMNS, row("a", 10), row("b", 5), series=1))

    boxes = [list(link.iter(f"{SVG}rect"))[-1] for link in drawn.iter(f"{SVG}a")]
    floor = {int(box.get("y")) + int(box.get("height")) for box in boxes}
    assert len(floor) == 1
    assert [int(box.get("height")) for box in boxes] == [drawing.PLOT, drawing.PLOT // 2]


def test_marks_of_a_drawing_that_leaves_the_console_lead_back():
    found = links(chart(BARS, row("a", 1), series=1), base="https://ops.example")

    assert list(found.values()) == ["https://ops.example/list/?row=0&of=x"]
