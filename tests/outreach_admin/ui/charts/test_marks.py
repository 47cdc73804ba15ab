"""What a chart says in its table."""

from outreach_admin.ui.charts.marks import BANDS
from tests.outreach_admin.ui.charts.test_drawing import chart, row


def told(one):
    return [(line.label, *(cell.count for cell in line.cells)) for line in one.lines]


def test_a_single_bar_is_told_by_its_parts_with_shares_and_their_sum():
    one = chart("bars", row("All", 3, 1))

    assert told(one) == [("Series 0", 3), ("Series 1", 1)]
    assert [line.share for line in one.lines] == ["75.0 %", "25.0 %"]
    assert (one.foot.label, one.foot.cells[0].count) == ("All", 4)
    assert one.heads == ("Things",)


def test_several_rows_are_told_by_series_and_added_up():
    one = chart("bars", row("a", 3, 1), row("b", 0, 2))

    assert told(one) == [("a", 3, 1, 4), ("b", 0, 2, 2)]
    assert one.heads == ("Series 0", "Series 1", "All")
    assert one.foot is None


def test_what_does_not_add_up_is_not_added_up():
    one = chart(BANDS, row("a", 3, 1), row("b", None, None), adds_up=False)

    assert told(one) == [("a", 3, 1), ("b", None, None)]
    assert one.heads == ("Series 0", "Series 1")
    assert one.lines[1].cells[0].words == "not counted"
