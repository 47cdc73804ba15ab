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
