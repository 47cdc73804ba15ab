"""Operations, what must be agreed to before they run, and the history of what they did."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("governance", "0002_errors"),
    ]
    operations = [
        migrations.CreateModel(
            name="Playbook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(unique=True)),
                ("name", models.TextField()),
                ("description", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["name"],
                "permissions": [("run_playbook", "Can plan and start playbook runs")],
            },
        ),
        migrations.CreateModel(
            name="PlaybookVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "playbook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="governance.playbook",
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("rules", models.JSONField()),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("note", models.TextField(blank=True, default="")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "ordering": ["-number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("playbook", "number"), name="one_playbook_version_of_a_number"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PlaybookRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="runs",
                        to="governance.playbookversion",
                    ),
                ),
                (
                    "undoes",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undos",
                        to="governance.playbookrun",
                    ),
                ),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("planned", "Planned"),
                            ("awaiting", "Awaiting approval"),
                            ("approved", "Approved"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("cancelled", "Cancelled"),
                            ("rejected", "Rejected"),
                            ("expired", "Expired"),
                        ],
                        default="planned",
                    ),
                ),
                ("state_note", models.TextField(blank=True, default="")),
                (
                    "requester",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="playbook_runs",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("channel", models.TextField(default="browser")),
                ("os_user", models.TextField(blank=True, null=True)),
                ("note", models.TextField(blank=True, default="")),
                ("gate", models.TextField(blank=True, null=True)),
                (
                    "plan_hash",
                    models.TextField(
                        help_text="SHA-256 over the plan hashes of its operations, in order."
                    ),
                ),
                ("as_of", models.DateTimeField()),
                (
                    "before",
                    models.JSONField(
                        default=dict,
                        help_text="Tiers and fingerprints of policies, ids and done flags when it started.",
                    ),
                ),
                ("after", models.JSONField(default=dict, help_text="The same when it ended.")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("expires_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="report",
                        to="governance.playbookrun",
                    ),
                ),
                ("body", models.JSONField()),
                ("reconciled", models.BooleanField()),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Operation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.TextField(
                        choices=[("verb", "verb"), ("undo", "undo"), ("import", "import")],
                        default="verb",
                    ),
                ),
                ("verb", models.TextField()),
                (
                    "subject",
                    models.TextField(
                        help_text="Name of what it acts on, see governance/subjects.py."
                    ),
                ),
                ("parameters", models.JSONField(default=dict)),
                (
                    "filter",
                    models.TextField(help_text="The canonical filter the rows were chosen by."),
                ),
                ("scope", models.TextField(help_text="ids, all, except, rule or undo.")),
                ("as_of", models.DateTimeField()),
                ("plan_hash", models.TextField()),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("planned", "Planned"),
                            ("awaiting", "Awaiting approval"),
                            ("approved", "Approved"),
                            ("running", "Running"),
                            ("paused", "Paused"),
                            ("done", "Done"),
                            ("cancelled", "Cancelled"),
                            ("failed", "Failed"),
                            ("rejected", "Rejected"),
                            ("expired", "Expired"),
                        ],
                        default="planned",
                    ),
                ),
                (
                    "state_note",
                    models.TextField(
                        blank=True, default="", help_text="Why it stands here, in one sentence."
                    ),
                ),
                (
                    "requester",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="operations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("channel", models.TextField(default="browser")),
                ("os_user", models.TextField(blank=True, null=True)),
                ("note", models.TextField(blank=True, default="")),
                (
                    "gate",
                    models.TextField(
                        blank=True,
                        help_text="Name of the approval policy that stops it, if one does.",
                        null=True,
                    ),
                ),
                (
                    "undoes",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undos",
                        to="governance.operation",
                    ),
                ),
                (
                    "retries",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="retried_by",
                        to="governance.operation",
                    ),
                ),
                (
                    "playbook_run",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="operations",
                        to="governance.playbookrun",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "planned",
                    models.PositiveIntegerField(
                        default=0, help_text="Rows in the plan, refused ones included."
                    ),
                ),
                ("eligible", models.PositiveIntegerField(default=0)),
                (
                    "refusals",
                    models.JSONField(
                        default=dict,
                        help_text="Rows of the plan that the verb refuses, counted by reason.",
                    ),
                ),
                (
                    "effect",
                    models.JSONField(
                        default=dict,
                        help_text="What clearing these rows would change, counted when planned.",
                    ),
                ),
                ("applied", models.PositiveIntegerField(default=0)),
                ("skipped", models.PositiveIntegerField(default=0)),
                ("failed", models.PositiveIntegerField(default=0)),
                ("cancelled", models.PositiveIntegerField(default=0)),
                (
                    "cursor",
                    models.TextField(
                        blank=True, help_text="The last subject accounted for.", null=True
                    ),
                ),
                ("chunk_rows", models.PositiveIntegerField(default=1000)),
                (
                    "throttle",
                    models.PositiveIntegerField(
                        blank=True, help_text="Rows a second at most.", null=True
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("expires_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("heartbeat_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("busy_seconds", models.FloatField(default=0)),
            ],
            options={
                "permissions": [
                    ("run_operation", "Can start, pause, resume and cancel operations")
                ],
                "indexes": [
                    models.Index(fields=["state", "heartbeat_at"], name="operation_state"),
                    models.Index(fields=["-created_at", "-id"], name="operation_created"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "applied__lte",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("planned"), "-", models.F("skipped")
                                        ),
                                        "-",
                                        models.F("failed"),
                                    ),
                                    "-",
                                    models.F("cancelled"),
                                ),
                            )
                        ),
                        name="outcomes_within_plan",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["done", "cancelled"]), _negated=True),
                            (
                                "planned",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("applied"), "+", models.F("skipped")
                                        ),
                                        "+",
                                        models.F("failed"),
                                    ),
                                    "+",
                                    models.F("cancelled"),
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="outcomes_add_up",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OperationItem",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "operation_id",
                        "subject_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "operation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="governance.operation",
                    ),
                ),
                (
                    "subject_id",
                    models.TextField(
                        db_collation="C",
                        help_text="The key of the row, whatever its type, as text.",
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(
                        help_text="Version when planned; empty when the row did not exist.",
                        null=True,
                    ),
                ),
                (
                    "outcome",
                    models.TextField(
                        choices=[
                            ("planned", "To do"),
                            ("applied", "Applied"),
                            ("skipped", "Skipped"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="planned",
                    ),
                ),
                ("reason", models.TextField(help_text="Why it was skipped or failed.", null=True)),
                (
                    "before",
                    models.JSONField(help_text="The changed columns as they were.", null=True),
                ),
            ],
        ),
        migrations.RunSQL(
            "ALTER TABLE governance_operationitem SET (fillfactor = 60)", migrations.RunSQL.noop
        ),
        migrations.CreateModel(
            name="OperationChunk",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "operation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="chunks",
                        to="governance.operation",
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("applied", models.PositiveIntegerField()),
                ("skipped", models.PositiveIntegerField()),
                ("failed", models.PositiveIntegerField()),
                ("seconds", models.FloatField()),
                ("worker", models.TextField()),
                (
                    "committed_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("operation", "number"), name="one_chunk_of_a_number"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OperationStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "operation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="governance.operation",
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "kind",
                    models.TextField(
                        help_text="planned, refused, requested, approved, rejected, started, paused, resumed, cancelled, ended ..."
                    ),
                ),
                ("actor", models.TextField()),
                ("note", models.TextField(blank=True, default="")),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="ApprovalPolicy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.SlugField()),
                ("version", models.PositiveIntegerField(default=1)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "subject",
                    models.TextField(
                        choices=[("operation", "an operation"), ("playbook_run", "a playbook run")],
                        default="operation",
                    ),
                ),
                (
                    "verbs",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        blank=True,
                        default=list,
                        help_text="Empty for every verb.",
                        size=None,
                    ),
                ),
                (
                    "over_rows",
                    models.PositiveIntegerField(
                        default=0, help_text="Applies when more rows than this are eligible."
                    ),
                ),
                (
                    "only_blocking",
                    models.BooleanField(
                        default=False, help_text="Count only rows that block promotion."
                    ),
                ),
                ("quorum", models.PositiveSmallIntegerField(default=1)),
                ("hours_valid", models.PositiveSmallIntegerField(default=24)),
                ("description", models.TextField(help_text="What it guards, in one sentence.")),
            ],
            options={
                "verbose_name_plural": "approval policies",
                "ordering": ["name", "-version"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("name", "version"), name="one_policy_of_a_version"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_active", True)),
                        fields=("name",),
                        name="one_active_version",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quorum__gte", 1)), name="quorum_at_least_1"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hours_valid__gte", 1)), name="hours_valid_at_least_1"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Approval",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "operation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approvals",
                        to="governance.operation",
                    ),
                ),
                (
                    "playbook_run",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approvals",
                        to="governance.playbookrun",
                    ),
                ),
                ("plan_hash", models.TextField()),
                ("policy", models.JSONField(help_text="The policy as it was when asked.")),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("pending", "Awaiting approval"),
                            ("approved", "Approved"),
                            ("used", "Used"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                            ("expired", "Expired"),
                        ],
                        default="pending",
                    ),
                ),
                (
                    "requester",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requested_approvals",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("note", models.TextField(blank=True, default="")),
                (
                    "requested_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("expires_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("used_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "permissions": [("vote_approval", "Can approve and reject requests of others")],
                "indexes": [models.Index(fields=["state", "expires_at"], name="approval_state")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("operation__isnull", False), ("playbook_run__isnull", True)),
                            models.Q(("operation__isnull", True), ("playbook_run__isnull", False)),
                            _connector="OR",
                        ),
                        name="approval_of_one_subject",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "used"), _negated=True),
                            ("used_at__isnull", False),
                            _connector="OR",
                        ),
                        name="used_facts_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "pending"), ("decided_at__isnull", False), _connector="OR"
                        ),
                        name="decided_facts_paired",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["pending", "approved"])),
                        fields=("operation",),
                        name="one_open_approval_of_operation",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["pending", "approved"])),
                        fields=("playbook_run",),
                        name="one_open_approval_of_run",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ApprovalVote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "approval",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="votes",
                        to="governance.approval",
                    ),
                ),
                (
                    "voter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="votes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decision",
                    models.TextField(choices=[("approve", "Approved"), ("reject", "Rejected")]),
                ),
                ("plan_hash", models.TextField()),
                ("comment", models.TextField(blank=True, default="")),
                ("channel", models.TextField(default="browser")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("approval", "voter"), name="one_vote_a_person")
                ],
            },
        ),
        migrations.CreateModel(
            name="ApprovalComment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "approval",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="governance.approval",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("body", models.TextField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Violation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.TextField()),
                ("tool_id", models.TextField(blank=True, default="")),
                ("hub_id", models.TextField(blank=True, default="")),
                (
                    "operation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="violations",
                        to="governance.operation",
                    ),
                ),
                (
                    "playbook_run",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="violations",
                        to="governance.playbookrun",
                    ),
                ),
                ("severity", models.TextField()),
                ("disposition", models.TextField()),
                ("message", models.TextField()),
                ("actor", models.TextField()),
                ("channel", models.TextField(default="browser")),
                ("context", models.JSONField(default=dict)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "indexes": [models.Index(fields=["code", "at"], name="violation_code")],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(db_default=models.Func(function="clock_timestamp"))),
                ("txid", models.BigIntegerField()),
                ("db_user", models.TextField()),
                ("action", models.TextField()),
                ("subject_type", models.TextField()),
                ("subject_id", models.UUIDField(null=True)),
                ("subject_key", models.TextField(null=True)),
                ("outreach_id", models.UUIDField(null=True)),
                ("operation_id", models.BigIntegerField(null=True)),
                ("actor", models.TextField(null=True)),
                ("reason", models.TextField(null=True)),
                ("channel", models.TextField(null=True)),
                ("request_id", models.TextField(null=True)),
                ("from_state", models.TextField(null=True)),
                ("to_state", models.TextField(null=True)),
                ("retry_count", models.IntegerField(null=True)),
                ("next_retry_at", models.DateTimeField(null=True)),
                ("park_reason", models.TextField(null=True)),
                ("owner", models.TextField(null=True)),
                ("ttl_tier", models.TextField(null=True)),
                ("escalation_level", models.IntegerField(null=True)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["subject_id", "id"], name="event_subject"),
                    models.Index(
                        fields=["operation_id", "action", "subject_type"], name="event_operation"
                    ),
                    models.Index(
                        condition=models.Q(("actor__isnull", True)),
                        fields=["at"],
                        name="event_outside",
                    ),
                ],
            },
        ),
    ]
