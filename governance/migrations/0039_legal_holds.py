"""Errors, live and archived, can be put under legal hold."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0038_canon_audit"),
    ]

    operations = [
        migrations.AddField(
            model_name="archivederror",
            name="held_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="archivederror",
            name="held_by",
            field=models.TextField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="archivederror",
            name="hold_reason",
            field=models.TextField(
                blank=True, help_text="Why it must be kept, whatever its retention says.", null=True
            ),
        ),
        migrations.AddField(
            model_name="huberror",
            name="held_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="huberror",
            name="held_by",
            field=models.TextField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="huberror",
            name="hold_reason",
            field=models.TextField(
                blank=True, help_text="Why it must be kept, whatever its retention says.", null=True
            ),
        ),
        migrations.AddIndex(
            model_name="archivederror",
            index=models.Index(
                condition=models.Q(("held_at__isnull", False)),
                fields=["held_at"],
                name="archive_held",
            ),
        ),
        migrations.AddIndex(
            model_name="huberror",
            index=models.Index(
                condition=models.Q(("held_at__isnull", False)),
                fields=["held_at"],
                name="error_held",
            ),
        ),
        migrations.AddConstraint(
            model_name="archivederror",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("held_at__isnull", False),
                        ("held_by__isnull", False),
                        ("hold_reason__isnull", False),
                        models.Q(("hold_reason", ""), _negated=True),
                    ),
                    models.Q(
                        ("held_at__isnull", True),
                        ("held_by__isnull", True),
                        ("hold_reason__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="archive_hold_facts_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="archivederror",
            constraint=models.CheckConstraint(
                condition=models.Func(
                    models.F("held_at"),
                    output_field=models.BooleanField(),
                    template="(%(expressions)s >= timestamptz '1900-01-01 00:00:00+00' AND %(expressions)s < timestamptz '10000-01-01 00:00:00+00')",
                ),
                name="archivederror_held_at_from_1900_to_9999",
            ),
        ),
        migrations.AddConstraint(
            model_name="archivederror",
            constraint=models.CheckConstraint(
                condition=models.Func(
                    models.F("held_by"),
                    output_field=models.BooleanField(),
                    template="(octet_length(%(expressions)s) <= 255 OR char_length(%(expressions)s) <= 255)",
                ),
                name="archivederror_held_by_at_most_255_characters",
            ),
        ),
        migrations.AddConstraint(
            model_name="archivederror",
            constraint=models.CheckConstraint(
                condition=models.Func(
                    models.F("hold_reason"),
                    output_field=models.BooleanField(),
                    template="(octet_length(%(expressions)s) <= 10000 OR char_length(%(expressions)s) <= 10000)",
                ),
                name="archivederror_hold_reason_at_most_10000_characters",
            ),
        ),
        migrations.AddConstraint(
            model_name="huberror",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("held_at__isnull", False),
                        ("held_by__isnull", False),
                        ("hold_reason__isnull", False),
                        models.Q(("hold_reason", ""), _negated=True),
                    ),
                    models.Q(
                        ("held_at__isnull", True),
                        ("held_by__isnull", True),
                        ("hold_reason__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="hold_facts_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="huberror",
            constraint=models.CheckConstraint(
                condition=models.Func(
                    models.F("held_at"),
                    output_field=models.BooleanField(),
                    template="(%(expressions)s >= timestamptz '1900-01-01 00:00:00+00' AND %(expressions)s < timestamptz '10000-01-01 00:00:00+00')",
                ),
                name="huberror_held_at_from_1900_to_9999",
            ),
        ),
        migrations.AddConstraint(
            model_name="huberror",
            constraint=models.CheckConstraint(
                condition=models.Func(
                    models.F("held_by"),
                    output_field=models.BooleanField(),
                    template="(octet_length(%(expressions)s) <= 255 OR char_length(%(expressions)s) <= 255)",
                ),
                name="huberror_held_by_at_most_255_characters",
            ),
        ),
        migrations.AddConstraint(
            model_name="huberror",
            constraint=models.CheckConstraint(
                condition=models.Func(
                    models.F("hold_reason"),
                    output_field=models.BooleanField(),
                    template="(octet_length(%(expressions)s) <= 10000 OR char_length(%(expressions)s) <= 10000)",
                ),
                name="huberror_hold_reason_at_most_10000_characters",
            ),
        ),
    ]
