"""Violations of the tool canon know their call and company, are worked on as cases, and hold back promotion."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.db import migrations, models

TIERS = (
    "NOT_READY",
    "TIER_0_ANCHOR_DONE",
    "TIER_1_MARKETING_READY",
    "TIER_2_ENRICHMENT_COMPLETE",
    "TIER_3_CAMPAIGN_READY",
)
FORMER_REASONS = (
    "CT_MISSING",
    "CT_PENDING",
    "CT_FAILED",
    "CT_BLOCKED",
    "CT_INCOMPLETE",
    "CT_ERROR",
    "DOL_MISSING",
    "DOL_ERROR",
    "PEOPLE_MISSING",
    "PEOPLE_ERROR",
)
REASONS = (*FORMER_REASONS, "VIOLATION")
STANDING = (
    "tier",
    "promotable",
    "reason",
    "bottleneck",
    "ct_status",
    "ct_done",
    "dol_done",
    "people_done",
    "blog_done",
    "bit_done",
    "ct_blocked",
    "dol_blocked",
    "people_blocked",
    "state",
    "tld",
)
FUNCTION = """
CREATE FUNCTION governance.{name}(tier text, reason text) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (16 * {tier} + {reason})::bigint
$$
"""


def _place(texts: tuple[str, ...], column: str) -> str:
    """Write the place of a column's text among others as SQL, from 1; 0 stands for none of them."""
    named = (f"WHEN '{text}' THEN {place}" for place, text in enumerate(texts, start=1))
    return f"CASE {column} {' '.join(named)} ELSE 0 END"


# used by generated columns: it never changes, other tiers or reasons are another function and other columns
NUMBER_OF_STANDING = FUNCTION.format(
    name="number_of_standing",
    tier=_place(TIERS, "tier"),
    reason=_place(REASONS, "reason"),
)
STANDING_NUMBER = FUNCTION.format(
    name="standing_number",
    tier=_place(TIERS, "tier"),
    reason=_place(FORMER_REASONS, "reason"),
)


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0036_calls"),
    ]

    operations = [
        migrations.CreateModel(
            name="ViolationCase",
            fields=[
                (
                    "violation",
                    models.OneToOneField(
                        db_column="id",
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="case",
                        serialize=False,
                        to="governance.violation",
                    ),
                ),
                ("code", models.TextField()),
                (
                    "tool",
                    models.TextField(
                        blank=True, help_text="Slug; the id where the canon had none."
                    ),
                ),
                ("hub_id", models.TextField(blank=True)),
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
                ("at", models.DateTimeField()),
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
                ("owner", models.TextField(help_text="Team or person that looks after it.")),
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
                        help_text="at plus the TTL; year 9000 when it never expires."
                    ),
                ),
                ("retry_count", models.PositiveSmallIntegerField(db_default=0)),
                ("parked_at", models.DateTimeField(blank=True, null=True)),
                ("parked_by", models.TextField(blank=True, null=True)),
                (
                    "park_reason",
                    models.TextField(
                        blank=True,
                        choices=[
                            ("STRUCTURAL_NO_DOL_MATCH", "No match in the federal filings"),
                            ("NO_MX_AFTER_RETRIES", "No mail server after several tries"),
                            ("RETRIES_EXHAUSTED", "Its tries are used up"),
                            ("MAX_RETRIES_EXCEEDED", "Tried more often than allowed"),
                            ("NON_RETRYABLE_ERROR", "Another try cannot help"),
                            ("ESCALATION_REQUIRED", "Somebody above the team decides"),
                            ("EXTERNAL_DEPENDENCY", "Waits for somebody outside"),
                            ("DATA_QUALITY", "The data is wrong or incomplete"),
                        ],
                        null=True,
                    ),
                ),
                ("resolved_at", models.DateTimeField(blank=True, null=True)),
                ("resolution_note", models.TextField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(db_default=1)),
                (
                    "updated_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "verbose_name": "violation case",
                "indexes": [
                    models.Index(fields=["at", "violation"], name="case_at"),
                    models.Index(fields=["expires_at", "violation"], name="case_expires"),
                    models.Index(fields=["code", "at", "violation"], name="case_code"),
                    models.Index(fields=["tool", "at", "violation"], name="case_tool"),
                    models.Index(fields=["hub_id", "at", "violation"], name="case_hub"),
                    models.Index(fields=["severity", "at", "violation"], name="case_severity"),
                    models.Index(
                        fields=["disposition", "at", "violation"], name="case_disposition"
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
                        name="violationcase_disposition_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("severity__in", ["CRITICAL", "HIGH", "MEDIUM", "LOW"])),
                        name="violationcase_severity_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ttl_tier__in", ["SHORT", "MEDIUM", "LONG", "INFINITE"])
                        ),
                        name="violationcase_ttl_tier_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("owner", ""), _negated=True),
                        name="violationcase_owner_present",
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
                                ("park_reason__isnull", True),
                                ("parked_at__isnull", True),
                                ("parked_by__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="violationcase_parked_facts_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("disposition", "RESOLVED"), ("resolved_at__isnull", False)),
                            models.Q(
                                models.Q(("disposition", "RESOLVED"), _negated=True),
                                ("resolved_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="violationcase_resolved_facts_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Func(
                            models.F("code"),
                            output_field=models.BooleanField(),
                            template="(octet_length(%(expressions)s) <= 255 OR char_length(%(expressions)s) <= 255)",
                        ),
                        name="violationcase_code_at_most_255_characters",
                    ),
                    models.CheckConstraint(
                        condition=models.Func(
                            models.F("tool"),
                            output_field=models.BooleanField(),
                            template="(octet_length(%(expressions)s) <= 255 OR char_length(%(expressions)s) <= 255)",
                        ),
                        name="violationcase_tool_at_most_255_characters",
                    ),
                    models.CheckConstraint(
                        condition=models.Func(
                            models.F("hub_id"),
                            output_field=models.BooleanField(),
                            template="(octet_length(%(expressions)s) <= 255 OR char_length(%(expressions)s) <= 255)",
                        ),
                        name="violationcase_hub_id_at_most_255_characters",
                    ),
                    models.CheckConstraint(
                        condition=models.Func(
                            models.F("severity"),
                            output_field=models.BooleanField(),
                            template="(octet_length(%(expressions)s) <= 255 OR char_length(%(expressions)s) <= 255)",
                        ),
                        name="violationcase_severity_at_most_255_characters",
                    ),
                    models.CheckConstraint(
                        condition=models.Func(
                            models.F("at"),
                            output_field=models.BooleanField(),
                            template="(%(expressions)s >= timestamptz '1900-01-01 00:00:00+00' AND %(expressions)s < timestamptz '10000-01-01 00:00:00+00')",
                        ),
                        name="violationcase_at_from_1900_to_9999",
                    ),
                    models.CheckConstraint(
                        condition=models.Func(
                            models.F("disposition"),
                            output_field=models.BooleanField(),
                            template="(octet_length(%(expressions)s) <= 255 OR char_length(%(expressions)s) <= 255)",
                        ),
                        name="violationcase_disposition_at_most_255_characters",
                    ),
                    models.CheckConstraint(
                        condition=models.Func(
                            models.F("owner"),
                            output_field=models.BooleanField(),
                            template="(octet_length(%(expressions)s) <= 255 OR char_length(%(expressions)s) <= 255)",
                        ),
                        name="violationcase_owner_at_most_255_characters",
                    ),
                    models.CheckConstraint(
                        condition=models.Func(
                            models.F("ttl_tier"),
                            output_field=models.BooleanField(),
                            template="(octet_length(%(expressions)s) <= 255 OR char_length(%(expressions)s) <= 255)",
                        ),
                        name="violationcase_ttl_tier_at_most_255_characters",
                    ),
                    models.CheckConstraint(
                        condition=models.Func(
                            models.F("expires_at"),
                            output_field=models.BooleanField(),
                            template="(%(expressions)s >= timestamptz '1900-01-01 00:00:00+00' AND %(expressions)s < timestamptz '10000-01-01 00:00:00+00')",
                        ),
                        name="violationcase_expires_at_from_1900_to_9999",
                    ),
                    models.CheckConstraint(
                        condition=models.Func(
                            models.F("parked_at"),
                            output_field=models.BooleanField(),
                            template="(%(expressions)s >= timestamptz '1900-01-01 00:00:00+00' AND %(expressions)s < timestamptz '10000-01-01 00:00:00+00')",
                        ),
                        name="violationcase_parked_at_from_1900_to_9999",
                    ),
                    models.CheckConstraint(
                        condition=models.Func(
                            models.F("parked_by"),
                            output_field=models.BooleanField(),
                            template="(octet_length(%(expressions)s) <= 255 OR char_length(%(expressions)s) <= 255)",
                        ),
                        name="violationcase_parked_by_at_most_255_characters",
                    ),
                    models.CheckConstraint(
                        condition=models.Func(
                            models.F("park_reason"),
                            output_field=models.BooleanField(),
                            template="(octet_length(%(expressions)s) <= 255 OR char_length(%(expressions)s) <= 255)",
                        ),
                        name="violationcase_park_reason_at_most_255_characters",
                    ),
                    models.CheckConstraint(
                        condition=models.Func(
                            models.F("resolved_at"),
                            output_field=models.BooleanField(),
                            template="(%(expressions)s >= timestamptz '1900-01-01 00:00:00+00' AND %(expressions)s < timestamptz '10000-01-01 00:00:00+00')",
                        ),
                        name="violationcase_resolved_at_from_1900_to_9999",
                    ),
                    models.CheckConstraint(
                        condition=models.Func(
                            models.F("resolution_note"),
                            output_field=models.BooleanField(),
                            template="(octet_length(%(expressions)s) <= 10000 OR char_length(%(expressions)s) <= 10000)",
                        ),
                        name="violationcase_resolution_note_at_most_10000_characters",
                    ),
                    models.CheckConstraint(
                        condition=models.Func(
                            models.F("updated_at"),
                            output_field=models.BooleanField(),
                            template="(%(expressions)s >= timestamptz '1900-01-01 00:00:00+00' AND %(expressions)s < timestamptz '10000-01-01 00:00:00+00')",
                        ),
                        name="violationcase_updated_at_from_1900_to_9999",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="readiness",
            name="ct_violations",
            field=models.IntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="readiness",
            name="dol_violations",
            field=models.IntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="readiness",
            name="other_violations",
            field=models.IntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="readiness",
            name="people_violations",
            field=models.IntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="violation",
            name="call_id",
            field=models.BigIntegerField(blank=True, help_text="In the ledger.", null=True),
        ),
        migrations.AddField(
            model_name="violation",
            name="correlation_id",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="violation",
            name="entity",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                help_text="Whom the call was about, as the caller said.",
            ),
        ),
        migrations.AddField(
            model_name="violation",
            name="outreach",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="governance.outreach",
            ),
        ),
        migrations.AddField(
            model_name="violation",
            name="tool",
            field=models.TextField(blank=True, db_default="", default="", help_text="Slug."),
        ),
        migrations.RunSQL(NUMBER_OF_STANDING, "DROP FUNCTION governance.number_of_standing"),
        # it reads columns that are made anew; `migrate` makes it again
        migrations.RunSQL(
            "DROP TRIGGER IF EXISTS g_transition_update ON governance_readiness",
            migrations.RunSQL.noop,
        ),
        migrations.RemoveIndex(
            model_name="readiness",
            name="readiness_standing",
        ),
        migrations.RemoveField(
            model_name="readiness",
            name="bottleneck",
        ),
        migrations.RemoveField(
            model_name="readiness",
            name="ct_blocked",
        ),
        migrations.RemoveField(
            model_name="readiness",
            name="dol_blocked",
        ),
        migrations.RemoveField(
            model_name="readiness",
            name="people_blocked",
        ),
        migrations.RemoveField(
            model_name="readiness",
            name="promotable",
        ),
        migrations.RemoveField(
            model_name="readiness",
            name="reason",
        ),
        migrations.RemoveField(
            model_name="tiertransition",
            name="from_mark",
        ),
        migrations.RemoveField(
            model_name="tiertransition",
            name="to_mark",
        ),
        migrations.AddField(
            model_name="readiness",
            name="bottleneck",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(
                        models.Q(
                            models.Q(("ct_done_rows__gt", 0), _negated=True),
                            ("ct_blocking__gt", 0),
                            ("ct_violations__gt", 0),
                            _connector="OR",
                        ),
                        then=models.Value("HUB-COMPANY-TARGET"),
                    ),
                    models.When(
                        models.Q(
                            models.Q(("dol_done_rows__gt", 0), _negated=True),
                            ("dol_blocking__gt", 0),
                            ("dol_violations__gt", 0),
                            _connector="OR",
                        ),
                        then=models.Value("HUB-DOL"),
                    ),
                    models.When(
                        models.Q(
                            models.Q(
                                ("filled_slots__gte", models.F("required_slots")), _negated=True
                            ),
                            ("people_blocking__gt", 0),
                            ("people_violations__gt", 0),
                            _connector="OR",
                        ),
                        then=models.Value("HUB-PEOPLE"),
                    ),
                    models.When(other_violations__gt=0, then=models.Value("HUB-OUTREACH")),
                    default=models.Value(""),
                ),
                output_field=models.TextField(),
            ),
        ),
        migrations.AddField(
            model_name="readiness",
            name="ct_blocked",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(
                        models.Q(("ct_blocking__gt", 0), ("ct_violations__gt", 0), _connector="OR"),
                        then=models.Value(True),
                    ),
                    default=models.Value(False),
                ),
                output_field=models.BooleanField(),
            ),
        ),
        migrations.AddField(
            model_name="readiness",
            name="dol_blocked",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(
                        models.Q(
                            ("dol_blocking__gt", 0), ("dol_violations__gt", 0), _connector="OR"
                        ),
                        then=models.Value(True),
                    ),
                    default=models.Value(False),
                ),
                output_field=models.BooleanField(),
            ),
        ),
        migrations.AddField(
            model_name="readiness",
            name="people_blocked",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(
                        models.Q(
                            ("people_blocking__gt", 0),
                            ("people_violations__gt", 0),
                            _connector="OR",
                        ),
                        then=models.Value(True),
                    ),
                    default=models.Value(False),
                ),
                output_field=models.BooleanField(),
            ),
        ),
        migrations.AddField(
            model_name="readiness",
            name="promotable",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(
                        models.Q(
                            ("ct_done_rows__gt", 0),
                            ("dol_done_rows__gt", 0),
                            ("filled_slots__gte", models.F("required_slots")),
                            ("ct_blocking", 0),
                            ("dol_blocking", 0),
                            ("people_blocking", 0),
                            ("ct_violations", 0),
                            ("dol_violations", 0),
                            ("other_violations", 0),
                            ("people_violations", 0),
                        ),
                        then=models.Value(True),
                    ),
                    default=models.Value(False),
                ),
                output_field=models.BooleanField(),
            ),
        ),
        migrations.AddField(
            model_name="readiness",
            name="reason",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(
                        models.Q(
                            models.Q(("ct_done_rows__gt", 0), _negated=True),
                            ("ct_status", "pending"),
                        ),
                        then=models.Value("CT_PENDING"),
                    ),
                    models.When(
                        models.Q(
                            models.Q(("ct_done_rows__gt", 0), _negated=True),
                            ("ct_status", "failed"),
                        ),
                        then=models.Value("CT_FAILED"),
                    ),
                    models.When(
                        models.Q(
                            models.Q(("ct_done_rows__gt", 0), _negated=True),
                            ("ct_status", "blocked"),
                        ),
                        then=models.Value("CT_BLOCKED"),
                    ),
                    models.When(
                        models.Q(
                            models.Q(("ct_done_rows__gt", 0), _negated=True), ("ct_status", "ready")
                        ),
                        then=models.Value("CT_INCOMPLETE"),
                    ),
                    models.When(
                        models.Q(("ct_done_rows__gt", 0), _negated=True),
                        then=models.Value("CT_MISSING"),
                    ),
                    models.When(ct_blocking__gt=0, then=models.Value("CT_ERROR")),
                    models.When(ct_violations__gt=0, then=models.Value("VIOLATION")),
                    models.When(
                        models.Q(("dol_done_rows__gt", 0), _negated=True),
                        then=models.Value("DOL_MISSING"),
                    ),
                    models.When(dol_blocking__gt=0, then=models.Value("DOL_ERROR")),
                    models.When(dol_violations__gt=0, then=models.Value("VIOLATION")),
                    models.When(
                        models.Q(("filled_slots__gte", models.F("required_slots")), _negated=True),
                        then=models.Value("PEOPLE_MISSING"),
                    ),
                    models.When(people_blocking__gt=0, then=models.Value("PEOPLE_ERROR")),
                    models.When(people_violations__gt=0, then=models.Value("VIOLATION")),
                    models.When(other_violations__gt=0, then=models.Value("VIOLATION")),
                    default=models.Value(""),
                ),
                output_field=models.TextField(
                    choices=[
                        ("CT_MISSING", "no company target"),
                        ("CT_PENDING", "company target pending"),
                        ("CT_FAILED", "company target failed"),
                        ("CT_BLOCKED", "company target blocked"),
                        ("CT_INCOMPLETE", "company target ready without all its facts"),
                        ("CT_ERROR", "company target held by an error"),
                        ("DOL_MISSING", "no filing"),
                        ("DOL_ERROR", "filing held by an error"),
                        ("PEOPLE_MISSING", "too few slots filled"),
                        ("PEOPLE_ERROR", "people held by an error"),
                        ("VIOLATION", "held by a violation of the tool canon"),
                    ]
                ),
            ),
        ),
        migrations.AddField(
            model_name="tiertransition",
            name="from_mark",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.expressions.CombinedExpression(
                    django.db.models.expressions.CombinedExpression(
                        models.F("id"), "*", models.Value(256)
                    ),
                    "+",
                    models.Func(
                        models.F("from_tier"),
                        models.F("from_reason"),
                        function="governance.number_of_standing",
                        output_field=models.BigIntegerField(),
                    ),
                ),
                output_field=models.BigIntegerField(),
            ),
        ),
        migrations.AddField(
            model_name="tiertransition",
            name="to_mark",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.expressions.CombinedExpression(
                    django.db.models.expressions.CombinedExpression(
                        models.F("id"), "*", models.Value(256)
                    ),
                    "+",
                    models.Func(
                        models.F("to_tier"),
                        models.F("to_reason"),
                        function="governance.number_of_standing",
                        output_field=models.BigIntegerField(),
                    ),
                ),
                output_field=models.BigIntegerField(),
            ),
        ),
        migrations.AddIndex(
            model_name="readiness",
            index=models.Index(
                models.Func(
                    *STANDING,
                    function="governance.standing_key",
                    output_field=models.BigIntegerField(),
                ),
                models.F("open_errors"),
                models.F("outreach"),
                name="readiness_standing",
            ),
        ),
        migrations.RunSQL("DROP FUNCTION governance.standing_number", STANDING_NUMBER),
        migrations.AlterField(
            model_name="readinessfigure",
            name="reason",
            field=models.TextField(
                blank=True,
                choices=[
                    ("CT_MISSING", "no company target"),
                    ("CT_PENDING", "company target pending"),
                    ("CT_FAILED", "company target failed"),
                    ("CT_BLOCKED", "company target blocked"),
                    ("CT_INCOMPLETE", "company target ready without all its facts"),
                    ("CT_ERROR", "company target held by an error"),
                    ("DOL_MISSING", "no filing"),
                    ("DOL_ERROR", "filing held by an error"),
                    ("PEOPLE_MISSING", "too few slots filled"),
                    ("PEOPLE_ERROR", "people held by an error"),
                    ("VIOLATION", "held by a violation of the tool canon"),
                ],
            ),
        ),
        migrations.AlterField(
            model_name="violation",
            name="severity",
            field=models.TextField(
                choices=[
                    ("CRITICAL", "CRITICAL"),
                    ("HIGH", "HIGH"),
                    ("MEDIUM", "MEDIUM"),
                    ("LOW", "LOW"),
                ]
            ),
        ),
        migrations.AddIndex(
            model_name="violation",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("message"), name="gin_trgm_ops"
                ),
                name="violation_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="violation",
            constraint=models.CheckConstraint(
                condition=models.Q(("severity__in", ["CRITICAL", "HIGH", "MEDIUM", "LOW"])),
                name="violation_severity_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="violation",
            constraint=models.CheckConstraint(
                condition=models.Q(("disposition__in", ["PARK", "RETRY", "ARCHIVE", "IGNORE"])),
                name="violation_disposition_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="violation",
            constraint=models.CheckConstraint(
                condition=models.Func(
                    models.F("tool"),
                    output_field=models.BooleanField(),
                    template="(octet_length(%(expressions)s) <= 255 OR char_length(%(expressions)s) <= 255)",
                ),
                name="violation_tool_at_most_255_characters",
            ),
        ),
        migrations.AddConstraint(
            model_name="violation",
            constraint=models.CheckConstraint(
                condition=models.Func(
                    models.F("entity"),
                    output_field=models.BooleanField(),
                    template="(octet_length(%(expressions)s) <= 255 OR char_length(%(expressions)s) <= 255)",
                ),
                name="violation_entity_at_most_255_characters",
            ),
        ),
        migrations.AddConstraint(
            model_name="violation",
            constraint=models.CheckConstraint(
                condition=models.Func(
                    models.F("correlation_id"),
                    output_field=models.BooleanField(),
                    template="(octet_length(%(expressions)s) <= 255 OR char_length(%(expressions)s) <= 255)",
                ),
                name="violation_correlation_id_at_most_255_characters",
            ),
        ),
        migrations.AddField(
            model_name="violationcase",
            name="outreach",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="governance.outreach",
            ),
        ),
        migrations.AddIndex(
            model_name="violationcase",
            index=models.Index(
                condition=models.Q(("outreach__isnull", False)),
                fields=["outreach"],
                name="case_outreach",
            ),
        ),
    ]
