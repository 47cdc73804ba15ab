"""Jobs as their page shows them, as JSON."""

from typing import Any

from rest_framework import serializers

from governance.api.serializers.jobs.schedules import ScheduleSerializer
from governance.queries.jobs.lateness import Late


class LastRunSerializer(serializers.Serializer[Any]):
    """The latest real run of a job."""

    id = serializers.IntegerField(source="pk")
    reference = serializers.CharField()
    state = serializers.CharField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    seconds = serializers.FloatField(allow_null=True)


class LateSerializer(serializers.Serializer[Any]):
    """A due moment that passed without a finished run."""

    due_at = serializers.DateTimeField()
    seconds = serializers.SerializerMethodField(help_text="Since it was due.")
    run = serializers.IntegerField(
        allow_null=True, help_text="A run that has begun or waits; null: none has."
    )

    def get_seconds(self, late: Late) -> float:
        """Count them."""
        return late.by.total_seconds()


class JobSerializer(serializers.Serializer[Any]):
    """A job: what it does, when it is due, how it went."""

    name = serializers.CharField()
    label = serializers.CharField()
    means = serializers.CharField(help_text="What it does.")
    within = serializers.CharField(
        help_text="The job that runs it as a step; empty for one of its own."
    )
    steps = serializers.ListField(
        child=serializers.CharField(), help_text="Jobs that it runs, in their order."
    )
    by_table = serializers.ListField(
        child=serializers.CharField(),
        help_text="What its schedule says by error table: `holds`, `leaves_out`.",
    )
    deletes = serializers.BooleanField(help_text="Whether rows go for good, which nobody undoes.")
    schedule = ScheduleSerializer(allow_null=True, help_text="The one in force.")
    proposal = ScheduleSerializer(allow_null=True, help_text="One that waits for somebody else.")
    next_at = serializers.DateTimeField(allow_null=True, help_text="Null while it is off.")
    late = LateSerializer(allow_null=True)
    last = LastRunSerializer(allow_null=True, help_text="Its latest real run.")
    took = serializers.FloatField(
        allow_null=True, help_text="Seconds of its last run that has ended."
    )
    usual = serializers.FloatField(
        allow_null=True, help_text="Seconds that its runs take; null before there were three."
    )


class LapseSerializer(serializers.Serializer[Any]):
    """A due moment that passed without a finished run, as somebody noticed it."""

    job = serializers.CharField()
    due_at = serializers.DateTimeField()
    noticed_at = serializers.DateTimeField()
    noticed_by = serializers.CharField(help_text="The process that looked.")
    made_up_by = serializers.IntegerField(
        allow_null=True, help_text="The run that made up for it; null: none yet."
    )


class JobsSerializer(serializers.Serializer[Any]):
    """Every job; all of them are on one page."""

    results = JobSerializer(many=True)
    lapses = LapseSerializer(many=True, help_text="The last ten of a week.")
    gates_to_review = serializers.IntegerField(
        help_text="Companies of all runs that may go on by expiry, and that nobody has looked at."
    )
    newest_to_review = serializers.IntegerField(
        allow_null=True, help_text="The last run that opened such a gate."
    )
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
