"""Find today's outside changes without reading the history."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("governance", "0009_facets")]
    operations = [
        migrations.AddIndex(
            "event",
            models.Index(
                fields=["at"], name="event_outside", condition=models.Q(actor__isnull=True)
            ),
        ),
    ]
