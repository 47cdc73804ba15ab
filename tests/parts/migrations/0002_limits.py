"""What its columns take; `makemigrations` wrote it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("parts", "0001_initial"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="part",
            constraint=models.CheckConstraint(
                condition=models.Func(
                    models.F("name"),
                    output_field=models.BooleanField(),
                    template="(octet_length(%(expressions)s) <= 255 OR char_length(%(expressions)s) <= 255)",
                ),
                name="part_name_at_most_255_characters",
            ),
        ),
        migrations.AddConstraint(
            model_name="part",
            constraint=models.CheckConstraint(
                condition=models.Func(
                    models.F("state"),
                    output_field=models.BooleanField(),
                    template="(octet_length(%(expressions)s) <= 255 OR char_length(%(expressions)s) <= 255)",
                ),
                name="part_state_at_most_255_characters",
            ),
        ),
        migrations.AddConstraint(
            model_name="part",
            constraint=models.CheckConstraint(
                condition=models.Func(
                    models.F("due"),
                    output_field=models.BooleanField(),
                    template="(%(expressions)s >= date '1900-01-01' AND %(expressions)s < date '10000-01-01')",
                ),
                name="part_due_from_1900_to_9999",
            ),
        ),
        migrations.AddConstraint(
            model_name="part",
            constraint=models.CheckConstraint(
                condition=models.Func(
                    models.F("updated_at"),
                    output_field=models.BooleanField(),
                    template="(%(expressions)s >= timestamptz '1900-01-01 00:00:00+00' AND %(expressions)s < timestamptz '10000-01-01 00:00:00+00')",
                ),
                name="part_updated_at_from_1900_to_9999",
            ),
        ),
    ]
