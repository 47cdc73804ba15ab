"""Who started and resumed what, files that are held, and views that outlive nobody."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

PEOPLE_OF_BEFORE = """
UPDATE governance_operation SET actor_id = requester_id WHERE started_at IS NOT NULL;
UPDATE governance_playbookrun SET started_by_id = requester_id WHERE started_at IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("governance", "0005_takeup"),
    ]
    operations = [
        migrations.AddField(
            model_name="operation",
            name="actor",
            field=models.ForeignKey(
                blank=True,
                help_text="Who last started or resumed it; empty until then.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="playbookrun",
            name="started_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunSQL(PEOPLE_OF_BEFORE, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="playbookrun",
            constraint=models.CheckConstraint(
                condition=models.Q(started_at__isnull=True, started_by__isnull=True)
                | models.Q(started_at__isnull=False, started_by__isnull=False),
                name="started_facts_paired",
            ),
        ),
        migrations.AlterField(
            model_name="exportfile",
            name="state",
            field=models.TextField(
                choices=[
                    ("queued", "Queued"),
                    ("running", "Running"),
                    ("held", "Held"),
                    ("ready", "Ready"),
                    ("failed", "Failed"),
                    ("expired", "Expired"),
                ],
                default="queued",
            ),
        ),
        migrations.AlterField(
            model_name="savedview",
            name="owner",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="saved_views",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
