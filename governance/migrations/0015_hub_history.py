"""Hub tables count their changes; what changes a company's tier is stored."""

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
        migrations.AlterField(
            model_name="companytarget",
            name="version",
            field=models.PositiveIntegerField(db_default=1),
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
    ]
