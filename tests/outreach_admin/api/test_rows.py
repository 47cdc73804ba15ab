"""Rows as JSON: what the schema names is what is written."""

import pytest

from governance.api.serializers.errors import ErrorSerializer, ListedErrorSerializer
from governance.models import HubError
from tests import make

pytestmark = pytest.mark.django_db


def listed() -> HubError:
    return HubError.objects.listed().get(pk=make.error().pk)


def test_a_row_has_each_field_of_the_schema_in_its_order():
    serializer = ListedErrorSerializer(listed())

    assert list(serializer.data) == list(serializer.fields)


def test_a_field_reads_what_it_stands_for():
    error = listed()

    row = ListedErrorSerializer(error).data

    assert (row["error_id"], row["error_table"]) == (error.pk, error.error_table_id)


def test_readers_are_made_once_for_each_class():
    listed = ListedErrorSerializer.readers()

    assert listed is ListedErrorSerializer.readers()
    assert [name for name, _ in listed] == list(ListedErrorSerializer.Meta.fields)
    assert listed is not ErrorSerializer.readers()
