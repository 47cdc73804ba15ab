"""What came from outside is found by day and transaction; indexes with room for changed rows."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("governance", "0004_files")]
    operations = [
        migrations.RemoveIndex(model_name="event", name="event_outside"),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                models.Func(
                    "at",
                    output_field=models.DateField(),
                    template="(%(expressions)s AT TIME ZONE 'UTC')::date",
                ),
                models.F("txid"),
                condition=models.Q(
                    ("actor", None),
                    models.Q(("action__in", ("CREATE", "INSERT", "IMPORT")), _negated=True),
                ),
                name="event_outside",
            ),
        ),
    ]
