import django.db.models.deletion
from django.db import migrations, models

from outreach_admin.db.sqlfiles import apply_sql

EXPORT_STATES = [("queued", "Queued"), ("running", "Running"), ("ready", "Ready"), ("failed", "Failed"), ("expired", "Expired")]
IMPORT_STATES = [("checked", "Checked"), ("planned", "Planned"), ("discarded", "Discarded")]


class Migration(migrations.Migration):
    """Escape formulas in exports, keep what a background export has done so far, stage the rows of an import."""

    dependencies = [("governance", "0004_demoload")]
    operations = [
        migrations.AddField("exportfile", "as_of", models.DateTimeField(null=True)),
        migrations.AddField("exportfile", "attempts", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("exportfile", "heartbeat_at", models.DateTimeField(null=True)),
        migrations.AddField("exportfile", "written", models.BigIntegerField(default=0, help_text="Rows so far.")),
        migrations.AlterField("exportfile", "state", models.TextField(choices=EXPORT_STATES, default="queued")),
        migrations.RemoveField("importfile", "content"),
        migrations.RemoveField("importfile", "problems"),
        migrations.AddField("importfile", "digest", models.TextField(default="", help_text="SHA-256 of the file as it was uploaded."), preserve_default=False),
        migrations.AddField("importfile", "size", models.BigIntegerField(default=0, help_text="Bytes."), preserve_default=False),
        migrations.AlterField("importfile", "state", models.TextField(choices=IMPORT_STATES, default="checked")),
        migrations.CreateModel(
            "ImportRow",
            [
                ("pk", models.CompositePrimaryKey("file_id", "number", blank=True, editable=False, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField(help_text="As a spreadsheet counts, the first line being 1.")),
                ("error_id", models.UUIDField(null=True)),
                ("data", models.JSONField(help_text="The columns as they will be stored; empty for a row with problems.", null=True)),
                ("problems", models.JSONField(help_text="[{column, value, problem}], all of them; empty for a good row.", null=True)),
                (
                    "file",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="staged", to="governance.importfile"),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["file", "error_id"], name="importrow_error")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(data__isnull=True, problems__isnull=False)
                        | models.Q(data__isnull=False, error_id__isnull=False, problems__isnull=True),
                        name="good_or_with_problems",
                    )
                ],
            },
        ),
        apply_sql("governance", "exports"),
        apply_sql("governance", "imports"),
    ]
