"""Indexes for each filter of the list of runs."""

import django.db.models.deletion
from django.db import migrations, models


def index(name: str, *fields: str, condition: models.Q | None = None) -> migrations.AddIndex:
    """Add an index of runs in the order of the list."""
    made = models.Index(fields=[*fields, "-ran_at", "-id"], name=name, condition=condition)
    return migrations.AddIndex(model_name="run", index=made)


class Migration(migrations.Migration):
    dependencies = [("enrichment", "0005_keys")]

    operations = [
        migrations.AlterField(
            model_name="run",
            name="workflow",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="runs",
                to="enrichment.workflow",
            ),
        ),
        index("run_of_workflow", "workflow"),
        index("run_of_status", "status"),
        index("run_of_source", "source"),
        index("run_of_trigger", "trigger"),
        index("run_of_error", "error_class", condition=~models.Q(error_class="")),
        index("run_needless", condition=models.Q(refused_for__isnull=False)),
    ]
