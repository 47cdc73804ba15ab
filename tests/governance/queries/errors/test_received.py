"""Errors that came in before: where they stand, and whether they say the same."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.models import ArchivedError
from governance.queries.errors import received
from tests import make

pytestmark = pytest.mark.django_db


def given(error, **other):
    return {
        "id": str(error.pk),
        "error_table": error.error_table_id,
        "code": error.code,
        "message": error.message,
        "domain": error.domain,
    } | other


def test_each_error_stands_in_one_place():
    live, archived, purged = make.error(), make.archived(), make.archived()
    ArchivedError.objects.filter(pk=purged.pk).delete()

    found = received.standing(
        [str(uuid.uuid4()), *(str(one.pk) for one in (live, archived, purged))]
    )

    assert found == {
        str(live.pk): ("queue", live.disposition),
        str(archived.pk): ("archive", "ARCHIVED"),
        str(purged.pk): ("purged", "ARCHIVED"),
    }


def test_nothing_is_asked_where_no_id_is_given(django_assert_num_queries):
    make.error()

    with django_assert_num_queries(0):
        assert received.standing.__wrapped__([]) == {} and received.same.__wrapped__([]) == set()


def test_one_that_is_archived_is_found_among_many_whose_ids_go_as_one_value():
    live, archived = make.error(), make.archived()
    others = [str(live.pk), *(str(uuid.uuid4()) for _ in range(30))]

    with CaptureQueriesContext(connection) as asked:
        found = (
            received.is_any_archived(others),
            received.is_any_archived([*others, f"{archived.pk}"]),
        )

    assert found == (False, True)
    texts = [one["sql"] for one in asked if "archivederror" in one["sql"]]
    assert len(texts) == 2 and all(text.count("::uuid") == 1 for text in texts)


@pytest.mark.parametrize(
    ("other", "is_same"),
    [
        ({}, True),
        ({"message": "another"}, False),
        ({"company_unique_id": "C-1"}, False),
        ({"details": {"a": 1}}, False),
        ({"blocks": False}, False),
        ({"retry_count": 0}, True),
        ({"retry_count": 3}, False),
    ],
)
def test_content_is_compared_column_by_column(other, is_same):
    error = make.error(message="x", blocks=True)

    assert received.same([given(error, **other)]) == ({str(error.pk)} if is_same else set())


def test_what_triage_changed_is_not_compared():
    error = make.error(message="x", retry_count=1)
    type(error).objects.filter(pk=error.pk).update(retry_count=2)

    assert received.same([given(error, retry_count=1)]) == {str(error.pk)}
