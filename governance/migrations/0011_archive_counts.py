"""Count the archive by facets as it changes; see governance/sql/archive_counts.sql."""

from django.db import migrations, models

from outreach_admin.db.sqlfiles import apply_sql


class Migration(migrations.Migration):
    dependencies = [("governance", "0010_outside_changes")]
    operations = [
        migrations.CreateModel(
            name="ArchiveCount",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("error_table", models.TextField()),
                ("code", models.TextField()),
                ("archive_reason", models.TextField()),
                ("final_disposition", models.TextField()),
                ("archived_by", models.TextField()),
                ("category", models.TextField()),
                ("severity", models.TextField()),
                ("stage", models.TextField(null=True)),
                ("rows", models.BigIntegerField()),
            ],
        ),
        apply_sql("governance", "archive_counts"),
    ]
