"""Since when companies wait to be counted anew, so that health can tell."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("governance", "0052_idle_runs")]

    operations = [
        migrations.RunSQL(
            """ALTER TABLE governance.readiness_due
            ADD COLUMN at timestamptz NOT NULL DEFAULT clock_timestamp()""",
            "ALTER TABLE governance.readiness_due DROP COLUMN at",
        )
    ]
