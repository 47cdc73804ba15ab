"""First answers: one a key, within limits."""

import pytest
from django.db import IntegrityError, transaction

from outreach_admin.api.models import FirstAnswer

GIVEN = {"account": 1, "method": "POST", "path": "/api/x", "key": "k", "asked": b"x"}


@pytest.mark.django_db
def test_a_key_has_one_answer():
    FirstAnswer.objects.create(**GIVEN)

    with pytest.raises(IntegrityError, match="one_answer_a_key"), transaction.atomic():
        FirstAnswer.objects.create(**GIVEN)
    FirstAnswer.objects.create(**GIVEN | {"account": 2})


@pytest.mark.django_db
@pytest.mark.parametrize("column", ["method", "path", "key", "location"])
def test_a_text_that_is_too_long_is_refused(column):
    with pytest.raises(IntegrityError, match=f"firstanswer_{column}"), transaction.atomic():
        FirstAnswer.objects.create(**GIVEN | {column: "é" * 256})
