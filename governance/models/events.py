"""The history: what changed, by whom, through which operation. Written by triggers, never changed."""

from django.db import models
from django.db.models import Func, Q

from outreach_admin.db.jsonfields import JSONField
from outreach_admin.db.limits import PROSE, Limits

# actions by which rows come in new
CAME_IN = ("CREATE", "INSERT", "IMPORT")


def day_of(column: str) -> Func:
    """Return the day of a moment, counted in UTC whatever the session's time zone is."""
    return Func(
        column,
        template="(%(expressions)s AT TIME ZONE 'UTC')::date",
        output_field=models.DateField(),
    )


COPIED = (
    "before",
    "after",
    "from_state",
    "to_state",
    "next_retry_at",
    "park_reason",
    "owner",
    "ttl_tier",
)


class Event(models.Model):
    """One change of one row; outside changes (plain SQL) carry the full row before and after.

    The database refuses UPDATE, DELETE and TRUNCATE of events, whoever asks: they are kept for good.
    README "The size of the history" states what they take.
    """

    append_only = True
    limits = Limits(
        {"reason": PROSE},
        free=dict.fromkeys(COPIED, "a copy of rows whose own columns have limits"),
    )

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_default=Func(function="clock_timestamp"))
    txid = models.BigIntegerField()
    db_user = models.TextField()
    action = models.TextField()
    subject_type = models.TextField()
    subject_id = models.UUIDField(null=True)
    subject_key = models.TextField(null=True)
    outreach_id = models.UUIDField(null=True)
    operation_id = models.BigIntegerField(null=True)
    actor = models.TextField(null=True)
    reason = models.TextField(null=True)
    channel = models.TextField(null=True)
    request_id = models.TextField(null=True)
    from_state = models.TextField(null=True)
    to_state = models.TextField(null=True)
    retry_count = models.IntegerField(null=True)
    next_retry_at = models.DateTimeField(null=True)
    park_reason = models.TextField(null=True)
    owner = models.TextField(null=True)
    ttl_tier = models.TextField(null=True)
    escalation_level = models.IntegerField(null=True)
    before = JSONField(null=True)
    after = JSONField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject_id", "id"], name="event_subject"),
            # rows whose key is no uuid are few
            models.Index(
                fields=["subject_type", "subject_key", "id"],
                name="event_key",
                condition=Q(subject_key__isnull=False),
            ),
            # what happened to a company, the newest first
            models.Index(
                fields=["outreach_id", "at", "id"],
                name="event_company",
                condition=Q(outreach_id__isnull=False),
            ),
            models.Index(fields=["operation_id", "action", "subject_type"], name="event_operation"),
            # what came from outside and changed a row, by day and transaction
            models.Index(
                day_of("at"),
                "txid",
                name="event_outside",
                condition=Q(actor=None) & ~Q(action__in=CAME_IN),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_type} {self.subject_id or self.subject_key}"

    @property
    def is_outside(self) -> bool:
        """Whether the change came from outside the console (plain SQL or a pipeline)."""
        return self.actor is None
