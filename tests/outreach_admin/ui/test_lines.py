"""A line shows what is known day by day, and nothing between what is not."""

from outreach_admin.ui import lines


def test_successive_days_are_one_line():
    drawn = lines.line([1, 3, 2], label="1 to 3")

    assert drawn.count("<polyline") == 1
    assert 'points="6.0,66.0 160.0,6.0 314.0,36.0"' in drawn
    assert 'aria-label="1 to 3"' in drawn


def test_a_day_without_a_value_leaves_a_gap_that_nothing_bridges():
    drawn = lines.line([1, 2, None, 3, 4], label="x")

    assert drawn.count("<polyline") == 2
    assert drawn.count("line-gap") == 1
    assert "160.0," not in drawn


def test_nobody_is_a_value_and_no_gap():
    drawn = lines.line([0, 0, 0], label="x")

    assert "line-gap" not in drawn
    assert drawn.count("<polyline") == 1


def test_a_break_ends_the_line_and_is_drawn():
    drawn = lines.line([1, 2, 3, 4], label="x", breaks=[2])

    assert drawn.count("<polyline") == 2
    assert drawn.count("line-break") == 1


def test_a_single_day_is_a_dot_and_none_is_empty():
    assert "<circle" in lines.line([5], label="x")
    assert "<circle" in lines.line([None, 5, None], label="x")
    assert "<polyline" not in lines.line([], label="x")


def test_a_label_from_elsewhere_is_escaped():
    drawn = lines.line([1], label='"><script>')

    assert "<script>" not in drawn and "style=" not in drawn
