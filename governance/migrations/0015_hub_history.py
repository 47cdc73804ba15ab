"""Hub tables count their changes; how companies come to stand is stored, and kept for each day."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0014_new_limits"),
    ]

    operations = [
        migrations.AddField(
            model_name="bitscore",
            name="version",
            field=models.PositiveIntegerField(db_default=1),
        ),
        migrations.AddField(
            model_name="blogcontent",
            name="version",
            field=models.PositiveIntegerField(db_default=1),
        ),
        migrations.AddField(
            model_name="companymaster",
            name="version",
            field=models.PositiveIntegerField(db_default=1),
        ),
        migrations.AddField(
            model_name="companyslot",
            name="version",
            field=models.PositiveIntegerField(db_default=1),
        ),
        migrations.AddField(
            model_name="dolfiling",
            name="version",
            field=models.PositiveIntegerField(db_default=1),
        ),
        migrations.AddField(
            model_name="outreach",
            name="version",
            field=models.PositiveIntegerField(db_default=1),
        ),
        migrations.AddField(
            model_name="person",
            name="version",
            field=models.PositiveIntegerField(db_default=1),
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
                    models.When(
                        models.Q(("dol_done_rows__gt", 0), _negated=True),
                        then=models.Value("DOL_MISSING"),
                    ),
                    models.When(dol_blocking__gt=0, then=models.Value("DOL_ERROR")),
                    models.When(
                        models.Q(("filled_slots__gte", models.F("required_slots")), _negated=True),
                        then=models.Value("PEOPLE_MISSING"),
                    ),
                    models.When(people_blocking__gt=0, then=models.Value("PEOPLE_ERROR")),
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
                    ]
                ),
            ),
        ),
        migrations.AlterField(
            model_name="companytarget",
            name="version",
            field=models.PositiveIntegerField(db_default=1),
        ),
        migrations.CreateModel(
            name="ReadinessSnapshot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(unique=True)),
                ("at", models.DateTimeField()),
                ("definition", models.PositiveSmallIntegerField()),
            ],
            options={
                "ordering": ["day"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Func(
                            models.F("day"),
                            output_field=models.BooleanField(),
                            template="(%(expressions)s >= date '1900-01-01' AND %(expressions)s < date '10000-01-01')",
                        ),
                        name="readinesssnapshot_day_from_1900_to_9999",
                    ),
                    models.CheckConstraint(
                        condition=models.Func(
                            models.F("at"),
                            output_field=models.BooleanField(),
                            template="(%(expressions)s >= timestamptz '1900-01-01 00:00:00+00' AND %(expressions)s < timestamptz '10000-01-01 00:00:00+00')",
                        ),
                        name="readinesssnapshot_at_from_1900_to_9999",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TierTransition",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(db_default=models.Func(function="clock_timestamp"))),
                ("txid", models.BigIntegerField()),
                ("outreach_id", models.UUIDField()),
                ("from_tier", models.TextField(null=True)),
                ("to_tier", models.TextField(null=True)),
                ("from_reason", models.TextField(null=True)),
                ("to_reason", models.TextField(null=True)),
                ("was_promotable", models.BooleanField(null=True)),
                ("is_promotable", models.BooleanField(null=True)),
                ("operation_id", models.BigIntegerField(null=True)),
                ("actor", models.TextField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["outreach_id", "id"], name="transition_company"),
                    models.Index(fields=["at"], name="transition_at"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReadinessFigure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "tier",
                    models.TextField(
                        choices=[
                            ("NOT_READY", "Not ready"),
                            ("TIER_0_ANCHOR_DONE", "Tier 0, anchor done"),
                            ("TIER_1_MARKETING_READY", "Tier 1, marketing ready"),
                            ("TIER_2_ENRICHMENT_COMPLETE", "Tier 2, enrichment complete"),
                            ("TIER_3_CAMPAIGN_READY", "Tier 3, campaign ready"),
                        ]
                    ),
                ),
                (
                    "reason",
                    models.TextField(
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
                        ],
                    ),
                ),
                ("promotable", models.BooleanField()),
                ("companies", models.BigIntegerField()),
                (
                    "snapshot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="figures",
                        to="governance.readinesssnapshot",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("snapshot", "tier", "reason", "promotable"),
                        name="one_figure_of_a_kind",
                    )
                ],
            },
        ),
    ]
