"""The audit of the ledger finds its calls by an index of their own, and a call breaks a rule once."""

import datetime

from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.lookups import GreaterThan


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0037_violations"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="toolcall",
            index=models.Index(
                condition=Q(passed=False, tier=2)
                | Q(interaction="VALIDATE", is_stored=False, status="succeeded")
                | Q(
                    GreaterThan(
                        F("settled_at") - F("reserved_at"),
                        datetime.timedelta(seconds=600),
                    ),
                    interaction="ENRICH",
                ),
                fields=["id"],
                name="toolcall_audited",
            ),
        ),
        migrations.AddConstraint(
            model_name="violation",
            constraint=models.UniqueConstraint(
                condition=Q(call_id__isnull=False),
                fields=("call_id", "code"),
                name="violation_of_a_call_once",
            ),
        ),
    ]
