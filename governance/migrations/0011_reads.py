"""What clearing large groups of errors would do, counted ahead."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("governance", "0004_files")]
    operations = [
        migrations.CreateModel(
            name="GroupEffects",
            fields=[
                ("grouping", models.TextField(primary_key=True, serialize=False)),
                ("counted_at", models.DateTimeField()),
                ("stamp", models.BigIntegerField(null=True)),
                ("effects", models.JSONField(default=list)),
            ],
        )
    ]
