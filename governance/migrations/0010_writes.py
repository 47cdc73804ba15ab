"""What came from outside is found by day and transaction; indexes with room for new and changed rows."""

from django.db import migrations, models

# every change of a disposition adds an entry to each of them: in full pages it would look for dead
# entries first, which costs more than the entry
CROWDED = (
    "governance_huberror_pkey",
    "error_cause",
    "error_created",
    "error_expires",
    "error_facets_created",
    "error_facets_expires",
    "error_facets_id",
    "error_message_key",
    "error_outreach",
    "error_tries",
)
ROOM = "; ".join(f"ALTER INDEX IF EXISTS {name} SET (fillfactor = 70)" for name in CROWDED)


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
        migrations.RunSQL(ROOM, migrations.RunSQL.noop),
        # kB: what is filed waits there to be merged; a statement over 10,000 errors need not stop for it
        migrations.RunSQL(
            "ALTER INDEX IF EXISTS error_text_trgm SET (gin_pending_list_limit = 16384)",
            migrations.RunSQL.noop,
        ),
    ]
