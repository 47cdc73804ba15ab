"""Exports keep the checksum of their file."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0029_tokens"),
    ]

    operations = [
        migrations.AddField(
            model_name="exportfile",
            name="digest",
            field=models.TextField(
                blank=True,
                db_default="",
                help_text="SHA-256 of the file, hexadecimal; empty while it is not there.",
            ),
        ),
        migrations.AddConstraint(
            model_name="exportfile",
            constraint=models.CheckConstraint(
                condition=models.Func(
                    models.F("digest"),
                    output_field=models.BooleanField(),
                    template="(octet_length(%(expressions)s) <= 255 OR char_length(%(expressions)s) <= 255)",
                ),
                name="exportfile_digest_at_most_255_characters",
            ),
        ),
    ]
