"""Errors are counted by the hour in which they expire and were parked."""

from django.db import migrations, models

FILL = """
INSERT INTO governance_errorhour (disposition, escalation_level, parked_hour, expires_hour, rows)
SELECT disposition, escalation_level,
    date_bin('1 hour', parked_at, '2000-01-01 00:00+00'),
    CASE WHEN disposition IN ('RETRY', 'PARKED')
        THEN date_bin('1 hour', expires_at, '2000-01-01 00:00+00') END,
    count(*)
FROM governance_huberror
GROUP BY 1, 2, 3, 4
"""


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0026_kept_filters"),
    ]

    operations = [
        migrations.CreateModel(
            name="ErrorHour",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("disposition", models.TextField()),
                ("escalation_level", models.PositiveSmallIntegerField()),
                ("parked_hour", models.DateTimeField(null=True)),
                ("expires_hour", models.DateTimeField(null=True)),
                ("rows", models.BigIntegerField()),
            ],
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RemoveIndex(
            model_name="huberror",
            name="error_open_expires",
        ),
    ]
