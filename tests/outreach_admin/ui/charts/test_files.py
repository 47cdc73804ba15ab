"""Charts as files that stand alone."""

import csv
import io
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest

from outreach_admin.ui.charts import files
from tests.outreach_admin.ui.charts.test_drawing import KINDS, SVG, chart, row

AT = datetime(2026, 2, 4, 13, 5, tzinfo=UTC)


def svg(one) -> files.File:
    return files.as_svg(one, base="https://ops.example", at=AT)


def table(one) -> list[list[str]]:
    made = files.as_csv(one, base="", at=AT)
    return list(csv.reader(io.StringIO(made.content)))


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_brings_its_look_and_leads_back(kind):
    root = ElementTree.fromstring(svg(chart(kind, row("a", 1, 2))).content)

    look = "".join(root.find(f"{SVG}style").itertext())
    assert ".fill-good { fill: #" in look
    assert "var(" not in look and "light-dark(" not in look and "@import" not in look
    assert {link.get("href")[:19] for link in root.iter(f"{SVG}a")} == {"https://ops.example"}


def test_a_picture_says_what_it_is_and_as_of_when():
    made = svg(chart("bars", row("a", 1, 2), row("b", 3, 4)))

    assert made.filename == "sample_2026-02-04T130500Z.svg"
    assert "10 things, as of 2026-02-04 13:05:00 UTC" in made.content
    assert "Series 0" in made.content and 'id="hatch"' in made.content


def test_a_table_says_what_the_chart_says():
    written = table(chart("bars", row("a", 1, None), row("b", 3, 4)))

    assert written == [
        ["# Sample, as of 2026-02-04 13:05:00 UTC"],
        ["Row", "Series 0", "Series 1", "All"],
        ["a", "1", "not counted", "not counted"],
        ["b", "3", "4", "7"],
    ]


@pytest.mark.parametrize("sign", "=+-@")
def test_no_cell_of_a_table_is_a_formula(sign):
    written = table(chart("bars", row(f"{sign}1+1", 1, 2), row("b", 3, 4)))

    assert written[2][0] == f"'{sign}1+1"
