"""Rows as JSON: what reads them is made once for each class."""

from governance.api.serializers.errors import ErrorSerializer, ListedErrorSerializer


def test_readers_are_made_once_for_each_class():
    listed = ListedErrorSerializer.readers()

    assert listed is ListedErrorSerializer.readers()
    assert [name for name, _ in listed] == list(ListedErrorSerializer.Meta.fields)
    assert listed is not ErrorSerializer.readers()
