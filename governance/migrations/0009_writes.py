"""What came from outside is found by day and transaction; indexes with room for new and changed rows."""

from django.db import migrations, models

# a change of a disposition adds an entry to each index, also where the key stays; in a full page it
# would look for dead entries first, which costs more than the entry
KEEP_THEIR_KEYS = (
    "governance_huberror_pkey",
    "error_created",
    "error_expires",
    "error_message_key",
    "error_outreach",
    "error_tries",
)
ROOM = "; ".join(f"ALTER INDEX IF EXISTS {name} SET (fillfactor = 50)" for name in KEEP_THEIR_KEYS)
# an item gets its outcome and the row as it was beside it, in the same page: no index is touched
BESIDE = "ALTER TABLE governance_operationitem SET (fillfactor = 20)"


class Migration(migrations.Migration):
    dependencies = [("governance", "0008_words")]
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
        migrations.RunSQL(ROOM, migrations.RunSQL.noop),
        migrations.RunSQL(BESIDE, migrations.RunSQL.noop),
    ]
