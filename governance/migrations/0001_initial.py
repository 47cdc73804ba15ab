"""The spine, the hubs, and what follows from them for each company."""

import uuid

import django.db.models.deletion
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        TrigramExtension(),
        migrations.RunSQL(
            "CREATE SCHEMA IF NOT EXISTS governance",
            "DROP SCHEMA IF EXISTS governance CASCADE",
        ),
        migrations.CreateModel(
            name="Hub",
            fields=[
                ("id", models.TextField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("position", models.PositiveSmallIntegerField(unique=True)),
                ("doctrine_id", models.TextField()),
                ("gates_completion", models.BooleanField()),
                ("team", models.TextField(help_text="Owner of this hub's parked errors.")),
            ],
            options={
                "ordering": ["position"],
            },
        ),
        migrations.CreateModel(
            name="Outreach",
            fields=[
                (
                    "outreach_id",
                    models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False),
                ),
                ("sovereign_id", models.UUIDField()),
                ("domain", models.TextField(blank=True)),
                ("ein", models.TextField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "outreach ids",
                "indexes": [models.Index(fields=["domain"], name="outreach_domain")],
            },
        ),
        migrations.CreateModel(
            name="CompanyMaster",
            fields=[
                ("company_unique_id", models.TextField(primary_key=True, serialize=False)),
                (
                    "outreach",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="company",
                        to="governance.outreach",
                    ),
                ),
                ("company_name", models.TextField()),
                ("domain", models.TextField(blank=True, null=True)),
                ("email_pattern", models.TextField(blank=True, null=True)),
                ("address_state", models.TextField(blank=True, null=True)),
                ("source_system", models.TextField(blank=True, null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["company_name"], name="company_name")],
            },
        ),
        migrations.CreateModel(
            name="CompanyTarget",
            fields=[
                (
                    "target_id",
                    models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False),
                ),
                (
                    "outreach",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="target",
                        to="governance.outreach",
                    ),
                ),
                ("company_unique_id", models.TextField(blank=True, null=True)),
                ("email_method", models.TextField(blank=True, null=True)),
                ("method_type", models.TextField(blank=True, null=True)),
                (
                    "confidence_score",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=5, null=True),
                ),
                (
                    "execution_status",
                    models.TextField(
                        choices=[
                            ("pending", "Pending"),
                            ("ready", "Ready"),
                            ("failed", "Failed"),
                            ("blocked", "Blocked"),
                        ],
                        default="pending",
                    ),
                ),
                ("imo_completed_at", models.DateTimeField(blank=True, null=True)),
                ("is_catchall", models.BooleanField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "indexes": [models.Index(fields=["execution_status"], name="target_status")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confidence_score__isnull", True),
                            ("confidence_score__range", (0, 1)),
                            _connector="OR",
                        ),
                        name="confidence_within_0_1",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("execution_status__in", ["pending", "ready", "failed", "blocked"])
                        ),
                        name="execution_status_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DolFiling",
            fields=[
                ("dol_id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "outreach",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="filings",
                        to="governance.outreach",
                    ),
                ),
                ("ein", models.TextField(blank=True, null=True)),
                ("filing_present", models.BooleanField(blank=True, null=True)),
                ("funding_type", models.TextField(blank=True, null=True)),
                ("broker_or_advisor", models.TextField(blank=True, null=True)),
                ("carrier", models.TextField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="BlogContent",
            fields=[
                (
                    "blog_id",
                    models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False),
                ),
                (
                    "outreach",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="blogs",
                        to="governance.outreach",
                    ),
                ),
                ("context_summary", models.TextField(blank=True, null=True)),
                ("source_type", models.TextField(blank=True, null=True)),
                ("source_url", models.TextField(blank=True, null=True)),
                ("context_timestamp", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="BitScore",
            fields=[
                (
                    "outreach",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="bit_score",
                        serialize=False,
                        to="governance.outreach",
                    ),
                ),
                (
                    "score",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True),
                ),
                ("score_tier", models.TextField(blank=True, null=True)),
                ("signal_count", models.PositiveIntegerField(default=0)),
                (
                    "people_score",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True),
                ),
                (
                    "dol_score",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True),
                ),
                (
                    "blog_score",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True),
                ),
                (
                    "talent_flow_score",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "person_id",
                    models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False),
                ),
                (
                    "outreach",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="people",
                        to="governance.outreach",
                    ),
                ),
                ("email", models.TextField(blank=True, null=True)),
                ("email_verified", models.BooleanField(default=False)),
                ("contact_status", models.TextField(default="active")),
                ("slot_type", models.TextField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="CompanySlot",
            fields=[
                (
                    "slot_id",
                    models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False),
                ),
                (
                    "outreach",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="slots",
                        to="governance.outreach",
                    ),
                ),
                ("slot_type", models.TextField()),
                ("is_filled", models.BooleanField(default=False)),
                ("person_unique_id", models.TextField(blank=True, null=True)),
                (
                    "confidence_score",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=5, null=True),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("outreach", "slot_type"), name="one_slot_of_a_type"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Readiness",
            fields=[
                (
                    "outreach",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="readiness",
                        serialize=False,
                        to="governance.outreach",
                    ),
                ),
                ("ct_status", models.TextField(null=True)),
                ("ct_done_rows", models.IntegerField(db_default=0)),
                ("ct_marketing_rows", models.IntegerField(db_default=0)),
                ("dol_done_rows", models.IntegerField(db_default=0)),
                ("filled_slots", models.IntegerField(db_default=0)),
                ("required_slots", models.IntegerField(db_default=3)),
                ("blog_rows", models.IntegerField(db_default=0)),
                ("bit_done_rows", models.IntegerField(db_default=0)),
                ("verified_people", models.IntegerField(db_default=0)),
                ("ct_blocking", models.IntegerField(db_default=0)),
                ("dol_blocking", models.IntegerField(db_default=0)),
                ("people_blocking", models.IntegerField(db_default=0)),
                ("other_blocking", models.IntegerField(db_default=0)),
                (
                    "ct_done",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(models.Q(("ct_done_rows__gt", 0)), then=models.Value(True)),
                            default=models.Value(False),
                        ),
                        output_field=models.BooleanField(),
                    ),
                ),
                (
                    "dol_done",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(
                                models.Q(("dol_done_rows__gt", 0)), then=models.Value(True)
                            ),
                            default=models.Value(False),
                        ),
                        output_field=models.BooleanField(),
                    ),
                ),
                (
                    "people_done",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(
                                models.Q(("filled_slots__gte", models.F("required_slots"))),
                                then=models.Value(True),
                            ),
                            default=models.Value(False),
                        ),
                        output_field=models.BooleanField(),
                    ),
                ),
                (
                    "blog_done",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(models.Q(("blog_rows__gt", 0)), then=models.Value(True)),
                            default=models.Value(False),
                        ),
                        output_field=models.BooleanField(),
                    ),
                ),
                (
                    "bit_done",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(
                                models.Q(("bit_done_rows__gt", 0)), then=models.Value(True)
                            ),
                            default=models.Value(False),
                        ),
                        output_field=models.BooleanField(),
                    ),
                ),
                (
                    "promotable",
                    models.GeneratedField(
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
                                ),
                                then=models.Value(True),
                            ),
                            default=models.Value(False),
                        ),
                        output_field=models.BooleanField(),
                    ),
                ),
                (
                    "tier",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(
                                models.Q(
                                    ("ct_done_rows__gt", 0),
                                    ("filled_slots__gte", models.F("required_slots")),
                                    ("verified_people__gt", 0),
                                ),
                                then=models.Value("TIER_3_CAMPAIGN_READY"),
                            ),
                            models.When(
                                models.Q(
                                    ("ct_done_rows__gt", 0),
                                    ("blog_rows__gt", 0),
                                    ("dol_done_rows__gt", 0),
                                    ("bit_done_rows__gt", 0),
                                ),
                                then=models.Value("TIER_2_ENRICHMENT_COMPLETE"),
                            ),
                            models.When(
                                ct_marketing_rows__gt=0, then=models.Value("TIER_1_MARKETING_READY")
                            ),
                            models.When(
                                models.Q(("ct_done_rows__gt", 0)),
                                then=models.Value("TIER_0_ANCHOR_DONE"),
                            ),
                            default=models.Value("NOT_READY"),
                        ),
                        output_field=models.TextField(),
                    ),
                ),
                (
                    "bottleneck",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(
                                models.Q(
                                    models.Q(("ct_done_rows__gt", 0), _negated=True),
                                    ("ct_blocking__gt", 0),
                                    _connector="OR",
                                ),
                                then=models.Value("HUB-COMPANY-TARGET"),
                            ),
                            models.When(
                                models.Q(
                                    models.Q(("dol_done_rows__gt", 0), _negated=True),
                                    ("dol_blocking__gt", 0),
                                    _connector="OR",
                                ),
                                then=models.Value("HUB-DOL"),
                            ),
                            models.When(
                                models.Q(
                                    models.Q(
                                        ("filled_slots__gte", models.F("required_slots")),
                                        _negated=True,
                                    ),
                                    ("people_blocking__gt", 0),
                                    _connector="OR",
                                ),
                                then=models.Value("HUB-PEOPLE"),
                            ),
                            default=models.Value(""),
                        ),
                        output_field=models.TextField(),
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "readiness",
                "indexes": [models.Index(fields=["tier", "promotable"], name="readiness_tier")],
            },
        ),
    ]
