"""Runs of playbooks cannot be edited; see governance/sql/runs.sql."""

from django.db import migrations

from outreach_admin.db.sqlfiles import apply_sql


class Migration(migrations.Migration):
    dependencies = [("governance", "0004_demoload")]
    operations = [apply_sql("governance", "runs")]
