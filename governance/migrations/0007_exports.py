from django.db import migrations, models

from outreach_admin.db.sqlfiles import apply_sql


class Migration(migrations.Migration):
    """Escape formulas in exports; keep what a background export has done so far."""

    dependencies = [("governance", "0005_runs")]
    operations = [
        apply_sql("governance", "exports"),
        migrations.AddField("exportfile", "as_of", models.DateTimeField(null=True)),
        migrations.AddField("exportfile", "attempts", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("exportfile", "heartbeat_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "exportfile", "written", models.BigIntegerField(default=0, help_text="Rows so far.")
        ),
        migrations.AlterField(
            "exportfile",
            "state",
            models.TextField(
                choices=[
                    ("queued", "Queued"),
                    ("running", "Running"),
                    ("ready", "Ready"),
                    ("failed", "Failed"),
                    ("expired", "Expired"),
                ],
                default="queued",
            ),
        ),
    ]
