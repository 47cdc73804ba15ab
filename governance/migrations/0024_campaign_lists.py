"""Exports know which columns were chosen; lists for campaigns are kept as they were given."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0023_readiness_policy"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CampaignList",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("filter", models.TextField(blank=True)),
                (
                    "moments",
                    models.TextField(
                        blank=True,
                        db_default="",
                        help_text="What the filter counted from now meant then.",
                    ),
                ),
                ("as_of", models.DateTimeField()),
                ("companies", models.BigIntegerField()),
                ("size", models.BigIntegerField(help_text="Bytes of the file.")),
                ("checksum", models.TextField(help_text="SHA-256 of the file, hexadecimal.")),
                (
                    "requester",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="campaign_lists",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("checksum__regex", "^[0-9a-f]{64}$")),
                        name="campaignlist_checksum",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("companies__gt", 0)), name="campaignlist_companies"
                    ),
                    models.CheckConstraint(
                        condition=models.Func(
                            models.F("filter"),
                            output_field=models.BooleanField(),
                            template="(octet_length(%(expressions)s) <= 2000000 OR char_length(%(expressions)s) <= 2000000)",
                        ),
                        name="campaignlist_filter_at_most_2000000_characters",
                    ),
                    models.CheckConstraint(
                        condition=models.Func(
                            models.F("moments"),
                            output_field=models.BooleanField(),
                            template="(octet_length(%(expressions)s) <= 10000 OR char_length(%(expressions)s) <= 10000)",
                        ),
                        name="campaignlist_moments_at_most_10000_characters",
                    ),
                    models.CheckConstraint(
                        condition=models.Func(
                            models.F("as_of"),
                            output_field=models.BooleanField(),
                            template="(%(expressions)s >= timestamptz '1900-01-01 00:00:00+00' AND %(expressions)s < timestamptz '10000-01-01 00:00:00+00')",
                        ),
                        name="campaignlist_as_of_from_1900_to_9999",
                    ),
                    models.CheckConstraint(
                        condition=models.Func(
                            models.F("checksum"),
                            output_field=models.BooleanField(),
                            template="(octet_length(%(expressions)s) <= 255 OR char_length(%(expressions)s) <= 255)",
                        ),
                        name="campaignlist_checksum_at_most_255_characters",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CampaignCompany",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "list_id",
                        "number",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "list",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rows",
                        to="governance.campaignlist",
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("outreach_id", models.UUIDField()),
                ("domain", models.TextField()),
                ("company_name", models.TextField(null=True)),
                ("tier", models.TextField()),
            ],
        ),
        migrations.AddField(
            model_name="exportfile",
            name="columns",
            field=models.TextField(
                blank=True,
                db_default="",
                help_text="The names of those chosen, with commas; empty: all.",
            ),
        ),
        migrations.AddConstraint(
            model_name="exportfile",
            constraint=models.CheckConstraint(
                condition=models.Func(
                    models.F("columns"),
                    output_field=models.BooleanField(),
                    template="(octet_length(%(expressions)s) <= 10000 OR char_length(%(expressions)s) <= 10000)",
                ),
                name="exportfile_columns_at_most_10000_characters",
            ),
        ),
    ]
