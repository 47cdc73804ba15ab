"""Broken rules, as records."""

from django.db import models
from django.db.models.functions import Now

from outreach_admin.db.jsonfields import JSONField
from outreach_admin.db.limits import PROSE, Limits


class Violation(models.Model):
    """One refusal by a gate. Source: seed 'Enforcement Implementation Summary' 7."""

    append_only = True
    limits = Limits({"message": PROSE})

    code = models.TextField()
    tool_id = models.TextField(blank=True, default="")
    hub_id = models.TextField(blank=True, default="")
    operation = models.ForeignKey(
        "Operation", models.PROTECT, null=True, blank=True, related_name="violations"
    )
    playbook_run = models.ForeignKey(
        "PlaybookRun", models.PROTECT, null=True, blank=True, related_name="violations"
    )
    severity = models.TextField()
    disposition = models.TextField()
    message = models.TextField()
    actor = models.TextField()
    channel = models.TextField(default="browser")
    context = JSONField(default=dict)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["code", "at"], name="violation_code")]

    def __str__(self) -> str:
        return f"{self.code} {self.message}"
