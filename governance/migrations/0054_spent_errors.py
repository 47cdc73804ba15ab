"""An index of errors whose tries are used up: few of many, as a rule."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0053_due_since"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="huberror",
            index=models.Index(
                condition=models.Q(("retry_exhausted", True)),
                fields=["created_at", "id"],
                name="error_spent",
            ),
        ),
    ]
