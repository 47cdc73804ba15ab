"""Fields of query strings: what they read, and what no column could hold."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError

from outreach_admin.lists import fields

User = get_user_model()
MOMENT = datetime(2026, 2, 4, 13, tzinfo=UTC)


def test_texts_are_read_as_they_are_and_empty_ones_left_out():
    assert fields.TextsField().clean([" a ", "b,c", "a"]) == [" a ", "b,c", "a"]
    assert fields.TextsField(required=False).clean(["", "  "]) == ["  "]
    assert fields.PlainTextField().clean(" a ") == " a "


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a\0b", "It holds a character that no text can hold."),
        ("a\ud800", "It holds a character that no text can hold."),
        ("x" * 301, "It is longer than 300 characters."),
    ],
)
@pytest.mark.parametrize("field", [fields.TextsField(), fields.PlainTextField()])
def test_what_no_column_can_hold_is_refused(field, text, sentence):
    with pytest.raises(ValidationError, match=sentence):
        field.clean([text] if isinstance(field, fields.TextsField) else text)


def test_numbers_are_counts():
    assert fields.NumbersField().clean(["0", "2147483647", "007"]) == [0, 2147483647, 7]


@pytest.mark.parametrize(
    "text", ["one", "-1", "1.5", "2147483648", "0" * 20 + "9" * 20, "٣", "²", "1e3", "9" * 300]
)
def test_what_is_no_count_is_refused_and_quoted(text):
    with pytest.raises(ValidationError, match="is not a whole number between 0 and 2,147,483,647"):
        fields.NumbersField().clean(["1", text])


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-04T13:00Z",
        "2026-02-04T13:00",
        "2026-02-04 13:00:00",
        "2026-02-04T14:00+01:00",
        "2026-02-04T13:00:00.000+00:00",
        " 2026-02-04T13:00Z ",
    ],
)
def test_a_moment_is_iso_8601_and_utc_unless_it_says_otherwise(text):
    assert fields.MomentField().clean(text) == MOMENT


def test_a_day_is_its_midnight():
    assert fields.MomentField().clean("2026-02-04") == MOMENT.replace(hour=0)


@pytest.mark.parametrize(
    "text",
    ["soon", "2026-13-01", "2026-02-30T00:00Z", "1899-12-31", "10000-01-01", "13:00", "1770210000"],
)
def test_what_is_no_moment_is_refused(text):
    with pytest.raises(ValidationError, match="It is not a date and time"):
        fields.MomentField().clean(text)


def test_no_moment_is_none_where_none_is_needed():
    assert fields.MomentField(required=False).clean(" ") is None


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("2026-02-04T14:00+01:00", "2026-02-04T13:00:00"),
        (MOMENT, "2026-02-04T13:00:00"),
        ("soon", None),
        (None, None),
    ],
)
def test_a_browser_gets_the_moment_in_the_only_form_it_reads(value, shown):
    assert fields.MomentInput().format_value(value) == shown


def test_a_count_of_tries_has_bounds():
    field = fields.Count("retry_count", "gte").field

    assert [field.clean(text) for text in ("0", "2147483647")] == [0, 2147483647]
    for text in ("-1", "2147483648"):
        with pytest.raises(ValidationError, match="or equal to"):
            field.clean(text)


def test_several_values_are_one_condition_and_none_is_no_condition():
    filter_ = fields.AnyText(field_name="username")

    sql = str(filter_.filter(User.objects.all(), ["b", "a", "b"]).query)

    assert "IN (a, b)" in sql
    assert "WHERE" not in str(filter_.filter(User.objects.all(), []).query)


def test_what_is_counted_from_now_is_counted_from_the_filters_time():
    field = fields.MomentField()
    field.as_of = MOMENT

    assert field.clean("24h-ago") == datetime(2026, 2, 3, 13, tzinfo=UTC)


def test_a_browser_shows_a_distance_as_text_that_its_date_field_would_drop():
    shown = fields.MomentInput().render("seen_after", "7d-ago")

    assert 'type="text"' in shown and 'value="7d-ago"' in shown
    assert 'type="datetime-local"' in fields.MomentInput().render("seen_after", "2026-02-04")
