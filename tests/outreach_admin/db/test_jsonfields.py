"""JSON keeps its digits and is read whatever stands there."""

from decimal import Decimal

import pytest
from django.db import connection, models

from outreach_admin.db import jsonfields

DIGITS = (
    "12345678901234567890.123456789",
    "1.10",
    "-0.30000000000000001",
    "9" * 5_000,
    "-" + "9" * 5_000,
    "1" + "0" * 400,
)


@pytest.mark.parametrize("digits", DIGITS)
def test_a_number_keeps_its_digits(digits):
    assert jsonfields.write(jsonfields.read(f'{{"a": {digits}}}')) == f'{{"a": {digits}}}'


@pytest.mark.parametrize("text", ["1.5", "12", "-3", "[0.25, 1]", '{"a": "1.10"}', "true", "null"])
def test_what_loses_nothing_is_pythons_own(text):
    found = jsonfields.read(text)

    assert "Decimal" not in repr(found)
    assert jsonfields.write(found) == text


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["1e400", "1.50E-7", "1e131071", "1e-16382"])
def test_an_exponent_is_written_out_as_postgresql_does(text):
    with connection.cursor() as cursor:
        cursor.execute("SELECT (%s::jsonb)::text", [text])

        assert jsonfields.write(jsonfields.read(text)) == cursor.fetchone()[0]


@pytest.mark.parametrize("text", ["1e131072", "1e-16383", "1e999999999"])
def test_a_number_that_postgresql_has_no_room_for_is_known_and_not_written_out(text):
    found = jsonfields.read(text)

    assert not jsonfields.is_kept(found)
    assert len(jsonfields.write(found)) < 20


@pytest.mark.parametrize("levels", [201, 3_000, 100_000])
def test_what_lies_too_deep_is_its_text(levels):
    text = "[" * levels + "]" * levels

    found = jsonfields.read(text)

    assert isinstance(found, jsonfields.Unread)
    assert (jsonfields.shown(found), jsonfields.fields(found)) == (text, {})


def test_what_is_wide_or_holds_brackets_is_read():
    assert jsonfields.levels(jsonfields.read("[" + "[]," * 999 + "[]]")) == 2
    assert jsonfields.read(f'["{"[" * 999}"]') == ["[" * 999]


def test_people_read_texts_as_they_are_and_the_rest_in_lines():
    assert jsonfields.shown("a") == "a"
    assert jsonfields.shown({"ü": Decimal("1.10")}) == '{\n  "ü": 1.10\n}'


def test_what_is_no_json_is_refused_whoever_writes_it():
    for value in (object(), Decimal("NaN")):
        with pytest.raises(TypeError, match="nothing that JSON can hold"):
            jsonfields.write([value])


def test_migrations_see_djangos_own_field():
    assert jsonfields.JSONField(default=dict).deconstruct()[1:] == (
        "django.db.models.JSONField",
        [],
        {"default": dict},
    )
    assert issubclass(jsonfields.JSONField, models.JSONField)
