"""Raise the version of an archived error that plain SQL changes, and keep its group and search text true."""

from django.db import migrations

from outreach_admin.db.sqlfiles import apply_sql


class Migration(migrations.Migration):
    dependencies = [("governance", "0012_kept_words")]
    operations = [apply_sql("governance", "history")]
