"""Keep comments and steps as they were written; recount companies whose error table moves to another hub."""

from django.db import migrations

from outreach_admin.db.sqlfiles import apply_sql


class Migration(migrations.Migration):
    dependencies = [("governance", "0011_archive_counts")]
    operations = [apply_sql("governance", "history"), apply_sql("governance", "readiness")]
