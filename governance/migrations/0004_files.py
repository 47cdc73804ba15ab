"""Files in and out, saved views, and what a database was given."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("governance", "0003_operations"),
    ]
    operations = [
        migrations.CreateModel(
            name="ExportFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "subject",
                    models.TextField(help_text="errors, archive, readiness, audit or outcomes."),
                ),
                ("format", models.TextField()),
                ("filter", models.TextField(blank=True)),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("queued", "Queued"),
                            ("running", "Running"),
                            ("ready", "Ready"),
                            ("failed", "Failed"),
                            ("expired", "Expired"),
                        ],
                        default="queued",
                    ),
                ),
                ("note", models.TextField(blank=True, default="")),
                (
                    "requester",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exports",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("path", models.TextField(blank=True, default="")),
                ("rows", models.BigIntegerField(null=True)),
                ("written", models.BigIntegerField(default=0, help_text="Rows so far.")),
                ("as_of", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("heartbeat_at", models.DateTimeField(null=True)),
                ("size", models.BigIntegerField(help_text="Bytes.", null=True)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="ImportFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.TextField()),
                ("digest", models.TextField(help_text="SHA-256 of the file as it was uploaded.")),
                ("size", models.BigIntegerField(help_text="Bytes.")),
                (
                    "error_table",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="governance.errortable",
                    ),
                ),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("checked", "Checked"),
                            ("planned", "Planned"),
                            ("discarded", "Discarded"),
                        ],
                        default="checked",
                    ),
                ),
                ("rows", models.PositiveIntegerField(default=0)),
                ("good", models.PositiveIntegerField(default=0)),
                (
                    "requester",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="imports",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "operation",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="import_file",
                        to="governance.operation",
                    ),
                ),
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
            name="ImportRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "number",
                        "file_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="staged",
                        to="governance.importfile",
                    ),
                ),
                (
                    "number",
                    models.PositiveIntegerField(
                        help_text="As a spreadsheet counts, the first line being 1."
                    ),
                ),
                ("error_id", models.UUIDField(null=True)),
                (
                    "data",
                    models.JSONField(
                        help_text="The columns as they will be stored; empty for a row with problems.",
                        null=True,
                    ),
                ),
                (
                    "problems",
                    models.JSONField(
                        help_text="[{column, value, problem}], all of them; empty for a good row.",
                        null=True,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["file", "error_id"], name="importrow_error")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("data__isnull", True), ("problems__isnull", False)),
                            models.Q(
                                ("data__isnull", False),
                                ("error_id__isnull", False),
                                ("problems__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="good_or_with_problems",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("page", models.TextField(help_text="URL name of the list.")),
                ("name", models.TextField()),
                ("query", models.TextField(blank=True, help_text="Canonical query string.")),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_views",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("is_shared", models.BooleanField(default=False)),
                (
                    "is_default",
                    models.BooleanField(default=False, help_text="The team's first tab."),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "ordering": ["-is_default", "position", "id"],
                "permissions": [
                    ("share_savedview", "Can share views with the team and choose the default")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_default", True)),
                        fields=("page",),
                        name="one_default_view_a_page",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_default", False), ("is_shared", True), _connector="OR"
                        ),
                        name="default_view_is_shared",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DemoLoad",
            fields=[
                ("scenario", models.TextField(primary_key=True, serialize=False)),
                ("scale", models.PositiveSmallIntegerField()),
                ("shift", models.DurationField(help_text="How far all times were moved.")),
                (
                    "loaded_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Shipped",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.TextField(help_text="Name of a reference file, or right.")),
                ("key", models.TextField(help_text="What tells it apart there.")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "verbose_name_plural": "shipped",
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "key"), name="shipped_once")
                ],
            },
        ),
    ]
