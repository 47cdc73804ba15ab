"""Manifests name the run of jobs by SQL, and are found by the transaction of whoever had no operation."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("governance", "0047_lapses")]

    operations = [
        migrations.AddField(
            model_name="purgemanifest",
            name="run_id",
            field=models.BigIntegerField(
                help_text="The run of jobs by SQL that deleted them.", null=True
            ),
        ),
        migrations.AddIndex(
            model_name="purgemanifest",
            index=models.Index(
                condition=models.Q(("operation_id__isnull", True)),
                fields=["txid"],
                name="manifest_outside",
            ),
        ),
    ]
