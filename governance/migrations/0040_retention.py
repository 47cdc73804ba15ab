"""Archived errors go under standing approvals, and every error there was is accounted for."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

# nothing is known of what was deleted before
FILL = """
INSERT INTO governance_errortally (error_table, created, purged)
SELECT error_table, count(*), 0
FROM (SELECT error_table FROM governance_huberror
    UNION ALL SELECT error_table FROM governance_archivederror) rows
GROUP BY error_table;
INSERT INTO governance_retentionmonth (error_table, month, is_held, rows)
SELECT error_table, date_trunc('month', retention_expires_at AT TIME ZONE 'UTC')::date,
    held_at IS NOT NULL, count(*)
FROM governance_archivederror GROUP BY 1, 2, 3;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0039_legal_holds"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ErrorTally",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("error_table", models.TextField()),
                ("created", models.BigIntegerField()),
                ("purged", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="RetentionMonth",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("error_table", models.TextField()),
                ("month", models.DateField()),
                ("is_held", models.BooleanField()),
                ("rows", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="PurgeManifest",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(db_default=models.Func(function="clock_timestamp"))),
                ("txid", models.BigIntegerField()),
                ("db_user", models.TextField()),
                ("operation_id", models.BigIntegerField(null=True)),
                ("actor", models.TextField(null=True)),
                ("place", models.TextField(choices=[("queue", "Queue"), ("archive", "Archive")])),
                ("error_table", models.TextField()),
                ("rows", models.PositiveIntegerField()),
                (
                    "ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), size=None
                    ),
                ),
                ("digest", models.TextField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("operation_id__isnull", False)),
                        fields=["operation_id", "error_table"],
                        name="manifest_operation",
                    ),
                    models.Index(fields=["-at", "-id"], name="manifest_at"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReconciliationCheck",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(db_default=models.Func(function="clock_timestamp"))),
                (
                    "is_exact",
                    models.BooleanField(
                        help_text="Counted from the rows themselves, not by counters."
                    ),
                ),
                ("differing", models.JSONField(blank=True, default=dict)),
            ],
            options={
                "indexes": [models.Index(fields=["at"], name="reconciliation_check_at")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Func(
                            models.F("at"),
                            output_field=models.BooleanField(),
                            template="(%(expressions)s >= timestamptz '1900-01-01 00:00:00+00' AND %(expressions)s < timestamptz '10000-01-01 00:00:00+00')",
                        ),
                        name="reconciliationcheck_at_from_1900_to_9999",
                    ),
                    models.CheckConstraint(
                        condition=models.Func(
                            models.F("differing"),
                            output_field=models.BooleanField(),
                            template="(jsonb_typeof(%(expressions)s) = 'object' AND octet_length(%(expressions)s::text) <= 1000000 AND NOT jsonb_path_exists(%(expressions)s, 'strict $.**{32} ? (@.type() == \"object\" || @.type() == \"array\")'))",
                        ),
                        name="reconciliationcheck_differing_object_of_1000000_bytes_32_levels",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PurgeConsent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "retention",
                    models.DurationField(
                        help_text="What the table's retention was when agreed to."
                    ),
                ),
                (
                    "agreed_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("note", models.TextField(blank=True, default="")),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
                ("voided_by", models.TextField(blank=True, null=True)),
                ("why_void", models.TextField(blank=True, default="")),
                (
                    "agreed_by",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty for those that came with the console.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "error_table",
                    models.ForeignKey(
                        db_column="error_table",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="purge_consents",
                        to="governance.errortable",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("voided_at", None)),
                        fields=("error_table",),
                        name="one_purge_consent_of_a_table",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("voided_at", None), ("voided_by", None)),
                            models.Q(("voided_at__isnull", False), ("voided_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="voided_facts_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Func(
                            models.F("retention"),
                            output_field=models.BooleanField(),
                            template="(%(expressions)s BETWEEN interval '-36600 days' AND interval '36600 days')",
                        ),
                        name="purgeconsent_retention_within_100_years",
                    ),
                    models.CheckConstraint(
                        condition=models.Func(
                            models.F("agreed_at"),
                            output_field=models.BooleanField(),
                            template="(%(expressions)s >= timestamptz '1900-01-01 00:00:00+00' AND %(expressions)s < timestamptz '10000-01-01 00:00:00+00')",
                        ),
                        name="purgeconsent_agreed_at_from_1900_to_9999",
                    ),
                    models.CheckConstraint(
                        condition=models.Func(
                            models.F("note"),
                            output_field=models.BooleanField(),
                            template="(octet_length(%(expressions)s) <= 10000 OR char_length(%(expressions)s) <= 10000)",
                        ),
                        name="purgeconsent_note_at_most_10000_characters",
                    ),
                    models.CheckConstraint(
                        condition=models.Func(
                            models.F("voided_at"),
                            output_field=models.BooleanField(),
                            template="(%(expressions)s >= timestamptz '1900-01-01 00:00:00+00' AND %(expressions)s < timestamptz '10000-01-01 00:00:00+00')",
                        ),
                        name="purgeconsent_voided_at_from_1900_to_9999",
                    ),
                    models.CheckConstraint(
                        condition=models.Func(
                            models.F("voided_by"),
                            output_field=models.BooleanField(),
                            template="(octet_length(%(expressions)s) <= 255 OR char_length(%(expressions)s) <= 255)",
                        ),
                        name="purgeconsent_voided_by_at_most_255_characters",
                    ),
                    models.CheckConstraint(
                        condition=models.Func(
                            models.F("why_void"),
                            output_field=models.BooleanField(),
                            template="(octet_length(%(expressions)s) <= 10000 OR char_length(%(expressions)s) <= 10000)",
                        ),
                        name="purgeconsent_why_void_at_most_10000_characters",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
