"""Runs of frequent jobs that found nothing, told apart from those that did something."""

from django.db import migrations, models

MARK = """
    UPDATE governance_jobrun r SET is_idle = true
    FROM governance_schedule s
    WHERE s.id = r.schedule_id AND s.every_minutes < 1440
        AND r.state = 'done' AND r.trigger = 'schedule' AND NOT r.is_dry AND r.due_at IS NOT NULL
        AND NOT EXISTS (
            SELECT FROM governance_jobstep t
            WHERE t.run_id = r.id AND t.counts @? '$.* ? (@ > 0)')"""


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0051_called_off"),
    ]

    operations = [
        migrations.AddField(
            model_name="jobrun",
            name="is_idle",
            field=models.BooleanField(
                db_default=False,
                help_text="It is one of many runs a day, and found nothing to do.",
            ),
        ),
        migrations.RunSQL(MARK, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="jobrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_idle", False))
                | models.Q(
                    ("due_at__isnull", False),
                    ("is_dry", False),
                    ("state", "done"),
                    ("trigger", "schedule"),
                ),
                name="idle_run_is_done",
            ),
        ),
        migrations.AddIndex(
            model_name="jobrun",
            index=models.Index(
                condition=models.Q(("is_idle", True)),
                fields=["finished_at"],
                name="jobrun_idle",
            ),
        ),
    ]
