"""Errors of all hubs, live and archived, their policies, counters and search text."""

import datetime
import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.db import migrations, models

# used by indexes: it never changes, another set of facets gets another function and other indexes
FACET_KEY = """
CREATE FUNCTION governance.facet_key(
    error_table text, code text, disposition text, owner text, park_reason text, retry_count int,
    category text, severity text, ttl_tier text, escalation_level int, stage text) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT hash_array_extended(ARRAY[error_table, code, disposition, owner, park_reason,
        retry_count::text, category, severity, ttl_tier, escalation_level::text, stage], 0)
$$
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("governance", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="ErrorTable",
            fields=[
                ("name", models.TextField(primary_key=True, serialize=False)),
                (
                    "hub",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty for the platform's own log.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="error_tables",
                        to="governance.hub",
                    ),
                ),
                (
                    "entity_type",
                    models.TextField(help_text="Name in the audit trail.", unique=True),
                ),
                ("owner", models.TextField(help_text="Team that looks after parked errors.")),
                ("blocks_promotion", models.BooleanField()),
                (
                    "default_disposition",
                    models.TextField(
                        choices=[
                            ("RETRY", "RETRY"),
                            ("PARKED", "PARKED"),
                            ("ARCHIVED", "ARCHIVED"),
                            ("IGNORE", "IGNORE"),
                            ("RESOLVED", "RESOLVED"),
                        ]
                    ),
                ),
                (
                    "allowed_dispositions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(
                            choices=[
                                ("RETRY", "RETRY"),
                                ("PARKED", "PARKED"),
                                ("ARCHIVED", "ARCHIVED"),
                                ("IGNORE", "IGNORE"),
                                ("RESOLVED", "RESOLVED"),
                            ]
                        ),
                        size=None,
                    ),
                ),
                (
                    "ttl_tier",
                    models.TextField(
                        choices=[
                            ("SHORT", "SHORT, 7 days"),
                            ("MEDIUM", "MEDIUM, 30 days"),
                            ("LONG", "LONG, 90 days"),
                            ("INFINITE", "INFINITE, never expires"),
                        ]
                    ),
                ),
                ("max_retries", models.PositiveSmallIntegerField()),
                ("archive_name", models.TextField(unique=True)),
                ("retention", models.DurationField(default=datetime.timedelta(days=365))),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("allowed_dispositions__contains", [models.F("default_disposition")])
                        ),
                        name="default_disposition_allowed",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ErrorCode",
            fields=[
                ("code", models.TextField(primary_key=True, serialize=False)),
                (
                    "hub",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="error_codes",
                        to="governance.hub",
                    ),
                ),
                ("stage", models.TextField(blank=True)),
                (
                    "category",
                    models.TextField(
                        choices=[
                            ("TRANSIENT", "Transient"),
                            ("OPERATIONAL", "Operational"),
                            ("STRUCTURAL", "Structural"),
                        ]
                    ),
                ),
                (
                    "severity",
                    models.TextField(
                        choices=[
                            ("CRITICAL", "CRITICAL"),
                            ("HIGH", "HIGH"),
                            ("MEDIUM", "MEDIUM"),
                            ("LOW", "LOW"),
                        ]
                    ),
                ),
                (
                    "blocking",
                    models.BooleanField(
                        blank=True,
                        help_text="Overrides the error table's policy when set.",
                        null=True,
                    ),
                ),
                (
                    "ttl_tier",
                    models.TextField(
                        blank=True,
                        choices=[
                            ("SHORT", "SHORT, 7 days"),
                            ("MEDIUM", "MEDIUM, 30 days"),
                            ("LONG", "LONG, 90 days"),
                            ("INFINITE", "INFINITE, never expires"),
                        ],
                        null=True,
                    ),
                ),
                ("max_retries", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("title", models.TextField(help_text="What happened, in one short sentence.")),
                ("hint", models.TextField(help_text="What the operator can do.")),
            ],
            options={
                "ordering": ["code"],
            },
        ),
        migrations.RunSQL(FACET_KEY, "DROP FUNCTION governance.facet_key"),
        migrations.CreateModel(
            name="HubError",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "error_table",
                    models.ForeignKey(
                        db_column="error_table",
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="governance.errortable",
                    ),
                ),
                (
                    "outreach",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="governance.outreach",
                    ),
                ),
                ("company_unique_id", models.TextField(blank=True, null=True)),
                ("domain", models.TextField(blank=True, null=True)),
                ("code", models.TextField()),
                ("message", models.TextField(blank=True, db_default="")),
                ("message_key", models.BinaryField(db_default=b"", max_length=16)),
                ("stage", models.TextField(blank=True, null=True)),
                (
                    "severity",
                    models.TextField(
                        choices=[
                            ("CRITICAL", "CRITICAL"),
                            ("HIGH", "HIGH"),
                            ("MEDIUM", "MEDIUM"),
                            ("LOW", "LOW"),
                        ]
                    ),
                ),
                (
                    "category",
                    models.TextField(
                        choices=[
                            ("TRANSIENT", "Transient"),
                            ("OPERATIONAL", "Operational"),
                            ("STRUCTURAL", "Structural"),
                        ]
                    ),
                ),
                (
                    "blocks",
                    models.BooleanField(
                        help_text="Whether this error keeps its company from promotion while RETRY or PARKED."
                    ),
                ),
                (
                    "disposition",
                    models.TextField(
                        choices=[
                            ("RETRY", "RETRY"),
                            ("PARKED", "PARKED"),
                            ("ARCHIVED", "ARCHIVED"),
                            ("IGNORE", "IGNORE"),
                            ("RESOLVED", "RESOLVED"),
                        ]
                    ),
                ),
                ("retry_count", models.PositiveSmallIntegerField(db_default=0)),
                ("max_retries", models.PositiveSmallIntegerField()),
                ("retry_exhausted", models.BooleanField(db_default=False)),
                ("last_retry_at", models.DateTimeField(blank=True, null=True)),
                ("next_retry_at", models.DateTimeField(blank=True, null=True)),
                (
                    "ttl_tier",
                    models.TextField(
                        choices=[
                            ("SHORT", "SHORT, 7 days"),
                            ("MEDIUM", "MEDIUM, 30 days"),
                            ("LONG", "LONG, 90 days"),
                            ("INFINITE", "INFINITE, never expires"),
                        ]
                    ),
                ),
                (
                    "expires_at",
                    models.DateTimeField(
                        help_text="created_at plus the TTL; year 9000 when it never expires."
                    ),
                ),
                ("owner", models.TextField(help_text="Team or person that looks after it.")),
                ("parked_at", models.DateTimeField(blank=True, null=True)),
                ("parked_by", models.TextField(blank=True, null=True)),
                ("park_reason", models.TextField(blank=True, null=True)),
                ("escalation_level", models.PositiveSmallIntegerField(db_default=0)),
                ("escalated_at", models.DateTimeField(blank=True, null=True)),
                ("resolved_at", models.DateTimeField(blank=True, null=True)),
                ("resolution_note", models.TextField(blank=True, null=True)),
                ("details", models.JSONField(blank=True, db_default={})),
                ("version", models.PositiveIntegerField(db_default=1)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "updated_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "permissions": [
                    ("park_huberror", "Can park errors"),
                    ("unpark_huberror", "Can unpark errors"),
                    ("retry_huberror", "Can retry errors"),
                    ("resolve_huberror", "Can resolve errors"),
                    ("archive_huberror", "Can archive errors"),
                    ("restore_huberror", "Can restore errors"),
                    ("ignore_huberror", "Can ignore errors"),
                    ("escalate_huberror", "Can escalate errors"),
                    ("assign_huberror", "Can assign errors"),
                    ("set_ttl_huberror", "Can set ttl errors"),
                    ("import_huberror", "Can import errors"),
                    ("export_huberror", "Can export errors"),
                    ("reset_companytarget", "Can reset failed company targets"),
                ],
                "indexes": [
                    models.Index(fields=["created_at", "id"], name="error_created"),
                    models.Index(fields=["expires_at", "id"], name="error_expires"),
                    models.Index(fields=["retry_count", "id"], name="error_tries"),
                    models.Index(
                        fields=["error_table", "code", "disposition", "expires_at", "id"],
                        name="error_cause",
                    ),
                    models.Index(fields=["outreach"], name="error_outreach"),
                    models.Index(fields=["message_key"], name="error_message_key"),
                    models.Index(
                        condition=models.Q(("disposition", "PARKED")),
                        fields=["owner", "park_reason", "escalation_level"],
                        name="error_parked",
                    ),
                    models.Index(
                        models.Func(
                            "error_table",
                            "code",
                            "disposition",
                            "owner",
                            "park_reason",
                            "retry_count",
                            "category",
                            "severity",
                            "ttl_tier",
                            "escalation_level",
                            "stage",
                            function="governance.facet_key",
                            output_field=models.BigIntegerField(),
                        ),
                        models.F("created_at"),
                        models.F("id"),
                        name="error_facets_created",
                    ),
                    models.Index(
                        models.Func(
                            "error_table",
                            "code",
                            "disposition",
                            "owner",
                            "park_reason",
                            "retry_count",
                            "category",
                            "severity",
                            "ttl_tier",
                            "escalation_level",
                            "stage",
                            function="governance.facet_key",
                            output_field=models.BigIntegerField(),
                        ),
                        models.F("expires_at"),
                        models.F("id"),
                        name="error_facets_expires",
                    ),
                    models.Index(
                        models.Func(
                            "error_table",
                            "code",
                            "disposition",
                            "owner",
                            "park_reason",
                            "retry_count",
                            "category",
                            "severity",
                            "ttl_tier",
                            "escalation_level",
                            "stage",
                            function="governance.facet_key",
                            output_field=models.BigIntegerField(),
                        ),
                        models.F("id"),
                        name="error_facets_id",
                    ),
                    models.Index(
                        condition=models.Q(("outreach", None)),
                        fields=["company_unique_id"],
                        name="error_loose_company",
                    ),
                    models.Index(
                        condition=models.Q(("outreach", None)),
                        fields=["domain"],
                        name="error_loose_domain",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "disposition__in",
                                ["RETRY", "PARKED", "ARCHIVED", "IGNORE", "RESOLVED"],
                            )
                        ),
                        name="disposition_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ttl_tier__in", ["SHORT", "MEDIUM", "LONG", "INFINITE"])
                        ),
                        name="ttl_tier_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("severity__in", ["CRITICAL", "HIGH", "MEDIUM", "LOW"])),
                        name="severity_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("category__in", ["TRANSIENT", "OPERATIONAL", "STRUCTURAL"])
                        ),
                        name="category_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("escalation_level__range", (0, 3))),
                        name="escalation_level_0_to_3",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("disposition", "PARKED"),
                                ("park_reason__isnull", False),
                                ("parked_at__isnull", False),
                                ("parked_by__isnull", False),
                            ),
                            models.Q(
                                models.Q(("disposition", "PARKED"), _negated=True),
                                ("escalated_at__isnull", True),
                                ("escalation_level", 0),
                                ("park_reason__isnull", True),
                                ("parked_at__isnull", True),
                                ("parked_by__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="parked_facts_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("disposition", "RESOLVED"), _negated=True),
                            ("resolved_at__isnull", False),
                            _connector="OR",
                        ),
                        name="resolved_facts_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("escalation_level", 0),
                            ("escalated_at__isnull", False),
                            _connector="OR",
                        ),
                        name="escalated_facts_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("owner", ""), _negated=True), name="owner_present"
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            "ALTER TABLE governance_huberror SET (fillfactor = 80)", migrations.RunSQL.noop
        ),
        migrations.CreateModel(
            name="ArchivedError",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "error_table",
                    models.ForeignKey(
                        db_column="error_table",
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="governance.errortable",
                    ),
                ),
                (
                    "outreach",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="governance.outreach",
                    ),
                ),
                ("company_unique_id", models.TextField(blank=True, null=True)),
                ("domain", models.TextField(blank=True, null=True)),
                ("code", models.TextField()),
                ("message", models.TextField(blank=True, db_default="")),
                ("message_key", models.BinaryField(db_default=b"", max_length=16)),
                ("stage", models.TextField(blank=True, null=True)),
                (
                    "severity",
                    models.TextField(
                        choices=[
                            ("CRITICAL", "CRITICAL"),
                            ("HIGH", "HIGH"),
                            ("MEDIUM", "MEDIUM"),
                            ("LOW", "LOW"),
                        ]
                    ),
                ),
                (
                    "category",
                    models.TextField(
                        choices=[
                            ("TRANSIENT", "Transient"),
                            ("OPERATIONAL", "Operational"),
                            ("STRUCTURAL", "Structural"),
                        ]
                    ),
                ),
                (
                    "blocks",
                    models.BooleanField(
                        help_text="Whether this error keeps its company from promotion while RETRY or PARKED."
                    ),
                ),
                (
                    "disposition",
                    models.TextField(
                        choices=[
                            ("RETRY", "RETRY"),
                            ("PARKED", "PARKED"),
                            ("ARCHIVED", "ARCHIVED"),
                            ("IGNORE", "IGNORE"),
                            ("RESOLVED", "RESOLVED"),
                        ]
                    ),
                ),
                ("retry_count", models.PositiveSmallIntegerField(db_default=0)),
                ("max_retries", models.PositiveSmallIntegerField()),
                ("retry_exhausted", models.BooleanField(db_default=False)),
                ("last_retry_at", models.DateTimeField(blank=True, null=True)),
                ("next_retry_at", models.DateTimeField(blank=True, null=True)),
                (
                    "ttl_tier",
                    models.TextField(
                        choices=[
                            ("SHORT", "SHORT, 7 days"),
                            ("MEDIUM", "MEDIUM, 30 days"),
                            ("LONG", "LONG, 90 days"),
                            ("INFINITE", "INFINITE, never expires"),
                        ]
                    ),
                ),
                (
                    "expires_at",
                    models.DateTimeField(
                        help_text="created_at plus the TTL; year 9000 when it never expires."
                    ),
                ),
                ("owner", models.TextField(help_text="Team or person that looks after it.")),
                ("parked_at", models.DateTimeField(blank=True, null=True)),
                ("parked_by", models.TextField(blank=True, null=True)),
                ("park_reason", models.TextField(blank=True, null=True)),
                ("escalation_level", models.PositiveSmallIntegerField(db_default=0)),
                ("escalated_at", models.DateTimeField(blank=True, null=True)),
                ("resolved_at", models.DateTimeField(blank=True, null=True)),
                ("resolution_note", models.TextField(blank=True, null=True)),
                ("details", models.JSONField(blank=True, db_default={})),
                ("version", models.PositiveIntegerField(db_default=1)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "updated_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("archived_at", models.DateTimeField()),
                ("archived_by", models.TextField()),
                (
                    "archive_reason",
                    models.TextField(
                        choices=[
                            ("TTL_EXPIRED", "TTL_EXPIRED"),
                            ("MANUAL", "MANUAL"),
                            ("RESOLVED", "RESOLVED"),
                            ("SUPERSEDED", "SUPERSEDED"),
                        ]
                    ),
                ),
                ("final_disposition", models.TextField()),
                ("retention_expires_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["archived_at", "id"], name="archive_archived"),
                    models.Index(
                        fields=["error_table", "code", "archived_at", "id"], name="archive_cause"
                    ),
                    models.Index(fields=["outreach"], name="archive_outreach"),
                    models.Index(fields=["retention_expires_at"], name="archive_retention"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "archive_reason__in",
                                ["TTL_EXPIRED", "MANUAL", "RESOLVED", "SUPERSEDED"],
                            )
                        ),
                        name="archive_reason_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ErrorText",
            fields=[
                (
                    "error",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="text",
                        serialize=False,
                        to="governance.huberror",
                    ),
                ),
                ("body", models.TextField()),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass(
                            django.db.models.functions.text.Upper("body"), name="gin_trgm_ops"
                        ),
                        name="error_text_trgm",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ErrorPattern",
            fields=[
                ("key", models.BinaryField(max_length=16, primary_key=True, serialize=False)),
                ("body", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="ErrorCount",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("error_table", models.TextField()),
                ("code", models.TextField()),
                ("message_key", models.BinaryField(max_length=16)),
                ("disposition", models.TextField()),
                ("severity", models.TextField()),
                ("category", models.TextField()),
                ("stage", models.TextField(null=True)),
                ("owner", models.TextField()),
                ("park_reason", models.TextField(null=True)),
                ("ttl_tier", models.TextField()),
                ("escalation_level", models.PositiveSmallIntegerField()),
                ("retry_count", models.PositiveSmallIntegerField()),
                ("retry_exhausted", models.BooleanField()),
                ("blocks", models.BooleanField()),
                ("rows", models.BigIntegerField()),
            ],
        ),
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
    ]
