import django.db.models.deletion
from django.db import migrations, models

from outreach_admin.db.sqlfiles import apply_sql

IMPORT_STATES = [("checked", "Checked"), ("planned", "Planned"), ("discarded", "Discarded")]


class Migration(migrations.Migration):
    """Stage the rows of an import; the file itself is not kept."""

    dependencies = [("governance", "0007_exports")]
    operations = [
        migrations.RemoveField("importfile", "content"),
        migrations.RemoveField("importfile", "problems"),
        migrations.AddField(
            "importfile",
            "digest",
            models.TextField(default="", help_text="SHA-256 of the file as it was uploaded."),
            preserve_default=False,
        ),
        migrations.AddField(
            "importfile",
            "size",
            models.BigIntegerField(default=0, help_text="Bytes."),
            preserve_default=False,
        ),
        migrations.AlterField(
            "importfile", "state", models.TextField(choices=IMPORT_STATES, default="checked")
        ),
        migrations.CreateModel(
            "ImportRow",
            [
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "number",
                        "file_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "number",
                    models.PositiveIntegerField(
                        help_text="As a spreadsheet counts, the first line being 1."
                    ),
                ),
                ("error_id", models.UUIDField(null=True)),
                (
                    "data",
                    models.JSONField(
                        help_text="The columns as they will be stored; empty for a row with problems.",
                        null=True,
                    ),
                ),
                (
                    "problems",
                    models.JSONField(
                        help_text="[{column, value, problem}], all of them; empty for a good row.",
                        null=True,
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="staged",
                        to="governance.importfile",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["file", "error_id"], name="importrow_error")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(data__isnull=True, problems__isnull=False)
                        | models.Q(
                            data__isnull=False, error_id__isnull=False, problems__isnull=True
                        ),
                        name="good_or_with_problems",
                    )
                ],
            },
        ),
        apply_sql("governance", "imports"),
    ]
