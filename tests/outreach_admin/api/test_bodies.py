"""Bodies that are objects of known members."""

import pytest
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from outreach_admin.api import bodies
from outreach_admin.exceptions import BadRequest


class Asked(bodies.Body):
    """A body for these tests."""

    number = serializers.IntegerField()
    note = bodies.Prose()


def test_what_is_declared_is_read():
    assert bodies.read(Asked, {"number": 5}) == {"number": 5, "note": ""}


@pytest.mark.parametrize("said", [None, [], "x", 1, True])
def test_what_is_no_object_is_refused(said):
    with pytest.raises(BadRequest):
        bodies.read(Asked, said)


def test_an_unknown_member_is_named_with_what_is_offered():
    with pytest.raises(BadRequest) as refused:
        bodies.read(Asked, {"number": 5, "numbers": 6})

    assert refused.value.members == {"key": "numbers", "offered": ["note", "number"]}


@pytest.mark.parametrize("said", [{}, {"number": "x"}, {"number": 1, "note": "x" * 2001}])
def test_a_wrong_value_is_no_valid_body(said):
    with pytest.raises(ValidationError):
        bodies.read(Asked, said)


@pytest.mark.parametrize(
    ("field", "taken", "refused"),
    [
        (bodies.Text(), ["5"], [5, 5.0, True, None, ["a"], {}]),
        (bodies.Count(), [5, 0, -1], ["5", 5.0, True, None, [5]]),
        (bodies.Truth(), [True, False], ["true", "false", 1, 0, None, "", []]),
        (bodies.Key(), ["7f3c1a9e-58f2-4a5e-9a3e-2b1d6c0e4f01"], ["7f3c", 7, None, "", []]),
        (bodies.Figure(), [5, 0.5], ["0.5", True, None, [5]]),
        (
            bodies.Moment(),
            ["2026-02-04T08:00:00Z", "2026-02-04 08:00:00+01:00"],
            ["2026-02-04", "2026-02-04T08:00:00", 5, None, "soon", "9999-12-31T23:59:59-12:00"],
        ),
    ],
)
def test_a_field_takes_values_of_its_own_kind_alone(field, taken, refused):
    for value in taken:
        field.run_validation(value)
    for value in refused:
        with pytest.raises(ValidationError):
            field.run_validation(value)
