"""First answers, kept for whoever sends the same request again."""

from datetime import timedelta

from django.db import models

from outreach_admin.db.limits import WORD, Limits

# an answer to 100,000 rows, and some
MOST_BYTES = 100_000_000


class FirstAnswer(models.Model):
    """What a request under an idempotency key was answered; written in the transaction of what it did.

    `account` is no foreign key: whoever once sent a key has left no trace.
    """

    LIFE = timedelta(hours=24)
    limits = Limits({"key": WORD, "answer": MOST_BYTES})

    account = models.PositiveBigIntegerField()
    method = models.TextField()
    path = models.TextField()
    key = models.TextField()
    asked = models.BinaryField(help_text="SHA-256 of the body.")
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.BinaryField(null=True)
    location = models.TextField(blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "method", "path", "key"],
                name="one_answer_a_key",
            )
        ]
        indexes = [models.Index(fields=["at"])]

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.key}"
