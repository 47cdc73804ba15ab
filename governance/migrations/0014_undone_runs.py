"""Undo a playbook run as a run of its own."""

import django.db.models.deletion
from django.db import migrations, models

from outreach_admin.db.sqlfiles import apply_sql


class Migration(migrations.Migration):
    dependencies = [("governance", "0013_changed_archives")]
    operations = [
        migrations.AddField(
            "playbookrun",
            "undoes",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="undos",
                to="governance.playbookrun",
            ),
        ),
        *(apply_sql("governance", name) for name in ("errors", "history", "runs")),
    ]
