"""Hub tables and rows that come in, as JSON."""

from typing import Any

from rest_framework import serializers


class ColumnSerializer(serializers.Serializer[Any]):
    """A column that rows may have."""

    name = serializers.CharField()
    type = serializers.CharField(help_text="What it holds.")
    is_needed = serializers.BooleanField(help_text="A new row must bring it.")
    may_be_empty = serializers.BooleanField(help_text="null empties it.")
    choices = serializers.ListField(child=serializers.CharField())


class HubTableSerializer(serializers.Serializer[Any]):
    """A table that rows can be brought into."""

    name = serializers.CharField(help_text="As its address has it.")
    table = serializers.CharField(help_text="As SQL has it.")
    key = serializers.CharField()
    makes_keys = serializers.BooleanField(help_text="A row may come without its key.")
    told_by = serializers.ListField(
        child=serializers.CharField(),
        help_text="Columns that tell a row apart as its key does.",
    )
    columns = ColumnSerializer(many=True)


class HubTablesSerializer(serializers.Serializer[Any]):
    """The tables that this account may bring rows into."""

    results = HubTableSerializer(many=True)
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)


class HubRowsSerializer(serializers.Serializer[Any]):
    """Rows to bring in."""

    rows = serializers.ListField(
        child=serializers.DictField(),
        help_text="Up to 100,000 objects of columns and values. What a row lacks stays as it is; null empties.",
    )
    only_good = serializers.BooleanField(
        required=False,
        help_text="Bring in the good rows where others have problems.",
    )
    dry_run = serializers.BooleanField(required=False, help_text="Judge the rows and keep nothing.")


class RowProblemSerializer(serializers.Serializer[Any]):
    """What is wrong with one value of one row; the first row has the index 0."""

    index = serializers.IntegerField()
    field = serializers.CharField(allow_blank=True)
    problem = serializers.CharField()


class BegunSerializer(serializers.Serializer[Any]):
    """The operation that brings rows in."""

    id = serializers.IntegerField(source="pk")
    reference = serializers.CharField()
    state = serializers.CharField()
    gate = serializers.CharField(allow_null=True, help_text="The policy that stops it.")
    planned = serializers.IntegerField()
    applied = serializers.IntegerField()
    skipped = serializers.IntegerField()
    failed = serializers.IntegerField()
    address = serializers.CharField(help_text="Where it is read until it has ended.")


class VerdictSerializer(serializers.Serializer[Any]):
    """What the rows are beside the stored ones; no operation where nothing differs."""

    rows = serializers.IntegerField()
    new = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    wrong = serializers.IntegerField()
    problems = RowProblemSerializer(many=True, help_text="The first 1,000 of them.")
    operation = BegunSerializer(allow_null=True)
    what_to_do = serializers.CharField(allow_blank=True)
