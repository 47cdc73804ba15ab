"""Errors as JSON: the names of files, nothing of the sovereign id, nothing that is not stored."""

import pytest

from governance.api.serializers import errors
from governance.resources import columns
from tests import make

pytestmark = pytest.mark.django_db
ALL = (
    errors.ErrorSerializer,
    errors.ListedErrorSerializer,
    errors.ArchivedErrorSerializer,
    errors.ListedArchivedErrorSerializer,
)


@pytest.mark.parametrize("serializer", ALL)
def test_each_has_its_keys_and_standing_and_no_sovereign_id(serializer):
    names = set(serializer().fields)

    assert {*errors.KEYS, *errors.STANDING} <= names
    assert not [name for name in names if "sovereign" in name]


def test_an_answer_has_the_columns_of_a_file():
    live, archived = errors.ErrorSerializer(), errors.ArchivedErrorSerializer()

    assert set(live.fields) == set(columns.GOVERNED)
    assert set(archived.fields) == {*columns.GOVERNED, *columns.ARCHIVED}


def test_a_list_has_the_beginning_of_the_message_and_a_record_the_whole():
    error = make.error(message="x" * 900)
    listed = type(error).objects.listed().get(pk=error.pk)

    assert errors.ListedErrorSerializer(listed).data["summary"] == "x" * 500
    assert errors.ErrorSerializer(error).data["message"] == "x" * 900


def test_what_is_archived_says_when_why_and_until_when():
    row = errors.ArchivedErrorSerializer(make.archived()).data

    assert (row["archive_reason"], row["final_disposition"]) == ("MANUAL", "RETRY")
    assert row["archived_at"] < row["retention_expires_at"]
