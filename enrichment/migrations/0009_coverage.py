"""Coverage by type: its counters, what lists and figures are read by, whether counters tell the truth."""

import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.db import migrations, models

RECOUNT = """
    INSERT INTO enrichment_statecount (workflow_name, entity_type, status, rows)
    SELECT workflow_name, entity_type, status, count(*)
    FROM enrichment_state
    GROUP BY workflow_name, entity_type, status"""


class Migration(migrations.Migration):
    dependencies = [
        ("enrichment", "0008_warehouse"),
        # brings the trigrams
        ("governance", "0002_errors"),
    ]

    operations = [
        migrations.CreateModel(
            name="CoverageCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(db_default=models.Func(function="clock_timestamp"))),
                ("differing", models.PositiveIntegerField()),
                ("first", models.TextField(blank=True, default="")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["at"], name="coverage_check_at"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Func(
                            models.F("at"),
                            output_field=models.BooleanField(),
                            template="(%(expressions)s >= timestamptz '1900-01-01 00:00:00+00' AND %(expressions)s < timestamptz '10000-01-01 00:00:00+00')",
                        ),
                        name="coveragecheck_at_from_1900_to_9999",
                    ),
                    models.CheckConstraint(
                        condition=models.Func(
                            models.F("first"),
                            output_field=models.BooleanField(),
                            template="(octet_length(%(expressions)s) <= 255 OR char_length(%(expressions)s) <= 255)",
                        ),
                        name="coveragecheck_first_at_most_255_characters",
                    ),
                ],
            },
        ),
        migrations.RunSQL("DELETE FROM enrichment_statecount", migrations.RunSQL.noop),
        migrations.AddField(
            model_name="statecount",
            name="entity_type",
            field=models.TextField(default="company"),
            preserve_default=False,
        ),
        migrations.RunSQL(RECOUNT, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="coverageday",
            index=models.Index(fields=["entity_type", "day"], name="coverage_of_type"),
        ),
        migrations.AddIndex(
            model_name="entity",
            index=models.Index(fields=["entity_key", "id"], name="entity_by_key"),
        ),
        migrations.AddIndex(
            model_name="entity",
            index=models.Index(
                condition=models.Q(("in_warehouse", False)),
                fields=["entity_key", "id"],
                name="entity_outside",
            ),
        ),
        migrations.AddIndex(
            model_name="entity",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass("entity_key", name="gin_trgm_ops"),
                name="entity_key_trgm",
            ),
        ),
        migrations.AddIndex(
            model_name="entity",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("name"), name="gin_trgm_ops"
                ),
                name="entity_name_trgm",
            ),
        ),
        migrations.AddIndex(
            model_name="run",
            index=models.Index(
                condition=models.Q(("status__in", ("failed", "skipped", "stale"))),
                fields=["entity_type", "status", "ran_at"],
                include=("error_class", "refused_for", "credits_saved"),
                name="run_setback",
            ),
        ),
        migrations.AddIndex(
            model_name="state",
            index=models.Index(
                condition=models.Q(("status", "completed")),
                fields=["workflow", "completed_at"],
                include=("entity_type",),
                name="state_freshness",
            ),
        ),
        migrations.AddIndex(
            model_name="state",
            index=models.Index(
                condition=models.Q(("records_in_core", 0), ("records_in_extracted__gt", 0)),
                fields=["workflow", "entity_key"],
                name="state_gap",
            ),
        ),
        migrations.AddConstraint(
            model_name="statecount",
            constraint=models.CheckConstraint(
                condition=models.Func(
                    models.F("entity_type"),
                    output_field=models.BooleanField(),
                    template="(octet_length(%(expressions)s) <= 255 OR char_length(%(expressions)s) <= 255)",
                ),
                name="statecount_entity_type_at_most_255_characters",
            ),
        ),
    ]
