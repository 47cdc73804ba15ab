"""Keep comments and steps as they were written, file errors under the stage of their code, recount where a table changes its hub."""

from django.db import migrations

from outreach_admin.db.sqlfiles import apply_sql


class Migration(migrations.Migration):
    dependencies = [("governance", "0011_archive_counts")]
    operations = [
        apply_sql("governance", name) for name in ("errors", "history", "readiness", "exports")
    ]
