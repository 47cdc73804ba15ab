"""Triggers, functions and views; see governance/sql."""

from django.db import migrations

from outreach_admin.db.sqlfiles import apply_sql


class Migration(migrations.Migration):
    dependencies = [("governance", "0001_records")]
    operations = [
        *(
            apply_sql("governance", name)
            for name in ("errors", "counts", "history", "readiness", "gates")
        ),
        migrations.RunSQL(
            "ALTER TABLE governance_operationitem SET (fillfactor = 60); ALTER TABLE governance_huberror SET (fillfactor = 80)",
            migrations.RunSQL.noop,
        ),
    ]
