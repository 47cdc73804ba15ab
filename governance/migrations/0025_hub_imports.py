"""Hub rows come in by file: staged rows go by keys of any type, kept as text."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0024_campaign_lists"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="importrow",
            name="good_or_with_problems",
        ),
        migrations.RemoveIndex(
            model_name="importrow",
            name="importrow_error",
        ),
        migrations.RenameField(
            model_name="importrow",
            old_name="error_id",
            new_name="subject_id",
        ),
        migrations.AddField(
            model_name="importfile",
            name="clears",
            field=models.BooleanField(default=False, help_text="Empty cells empty what is stored."),
        ),
        migrations.AddField(
            model_name="importfile",
            name="compared",
            field=models.JSONField(
                default=dict,
                help_text="Good rows of a hub table by what would become of the stored ones.",
            ),
        ),
        migrations.AddField(
            model_name="importfile",
            name="subject",
            field=models.TextField(
                default="error", help_text="Name of what its rows are, see governance/subjects.py."
            ),
        ),
        migrations.AlterField(
            model_name="importrow",
            name="subject_id",
            field=models.TextField(
                db_collation="C",
                help_text="The key of the row, whatever its type, as text.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="importrow",
            name="data",
            field=models.JSONField(
                help_text="The columns as they will be stored; in the end empty for a row with problems.",
                null=True,
            ),
        ),
        migrations.AddIndex(
            model_name="importrow",
            index=models.Index(fields=["file", "subject_id"], name="importrow_subject"),
        ),
        migrations.AddConstraint(
            model_name="importfile",
            constraint=models.CheckConstraint(
                condition=models.Func(
                    models.F("subject"),
                    output_field=models.BooleanField(),
                    template="(octet_length(%(expressions)s) <= 255 OR char_length(%(expressions)s) <= 255)",
                ),
                name="importfile_subject_at_most_255_characters",
            ),
        ),
        migrations.AddConstraint(
            model_name="importfile",
            constraint=models.CheckConstraint(
                condition=models.Func(
                    models.F("compared"),
                    output_field=models.BooleanField(),
                    template="(jsonb_typeof(%(expressions)s) = 'object' AND octet_length(%(expressions)s::text) <= 1000000 AND NOT jsonb_path_exists(%(expressions)s, 'strict $.**{32} ? (@.type() == \"object\" || @.type() == \"array\")'))",
                ),
                name="importfile_compared_object_of_1000000_bytes_32_levels",
            ),
        ),
        migrations.AddConstraint(
            model_name="importrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("problems__isnull", False),
                    models.Q(("data__isnull", False), ("subject_id__isnull", False)),
                    _connector="OR",
                ),
                name="good_or_with_problems",
            ),
        ),
        migrations.AddConstraint(
            model_name="importrow",
            constraint=models.CheckConstraint(
                condition=models.Func(
                    models.F("subject_id"),
                    output_field=models.BooleanField(),
                    template="(octet_length(%(expressions)s) <= 255 OR char_length(%(expressions)s) <= 255)",
                ),
                name="importrow_subject_id_at_most_255_characters",
            ),
        ),
    ]
