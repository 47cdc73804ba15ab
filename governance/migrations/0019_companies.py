"""Readiness knows what a company is called, where it sits and how many errors it has open; companies are counted by how they stand."""

from django.db import migrations, models

STANDING = """tier, promotable, reason, bottleneck, ct_status, ct_done, dol_done, people_done, blog_done, bit_done,
    ct_blocked, dol_blocked, people_blocked, address_state, tld"""
FILL = f"""
LOCK TABLE governance_readiness IN SHARE ROW EXCLUSIVE MODE;
UPDATE governance_readiness r
SET domain = s.domain, company_name = coalesce(m.company_name, ''),
    address_state = coalesce(m.address_state, ''), open_errors = coalesce(e.n, 0)
FROM governance_outreach s
LEFT JOIN governance_companymaster m ON m.outreach_id = s.outreach_id
LEFT JOIN (
    SELECT outreach_id, count(*) AS n FROM governance_huberror
    WHERE disposition IN ('RETRY', 'PARKED') GROUP BY 1) e ON e.outreach_id = s.outreach_id
WHERE s.outreach_id = r.outreach_id;
INSERT INTO governance_readinesscount ({STANDING}, rows)
SELECT {STANDING}, count(*) FROM governance_readiness GROUP BY {STANDING};
"""


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0018_import_companies"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReadinessCount",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("tier", models.TextField()),
                ("promotable", models.BooleanField()),
                ("reason", models.TextField()),
                ("bottleneck", models.TextField()),
                ("ct_status", models.TextField(null=True)),
                ("ct_done", models.BooleanField()),
                ("dol_done", models.BooleanField()),
                ("people_done", models.BooleanField()),
                ("blog_done", models.BooleanField()),
                ("bit_done", models.BooleanField()),
                ("ct_blocked", models.BooleanField()),
                ("dol_blocked", models.BooleanField()),
                ("people_blocked", models.BooleanField()),
                ("address_state", models.TextField()),
                ("tld", models.TextField()),
                ("rows", models.BigIntegerField()),
            ],
        ),
        migrations.AddField(
            model_name="readiness",
            name="address_state",
            field=models.TextField(db_default=""),
        ),
        migrations.AddField(
            model_name="readiness",
            name="company_name",
            field=models.TextField(db_default=""),
        ),
        migrations.AddField(
            model_name="readiness",
            name="ct_blocked",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(models.Q(("ct_blocking__gt", 0)), then=models.Value(True)),
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
                    models.When(models.Q(("dol_blocking__gt", 0)), then=models.Value(True)),
                    default=models.Value(False),
                ),
                output_field=models.BooleanField(),
            ),
        ),
        migrations.AddField(
            model_name="readiness",
            name="domain",
            field=models.TextField(db_default=""),
        ),
        migrations.AddField(
            model_name="readiness",
            name="open_errors",
            field=models.IntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="readiness",
            name="people_blocked",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(models.Q(("people_blocking__gt", 0)), then=models.Value(True)),
                    default=models.Value(False),
                ),
                output_field=models.BooleanField(),
            ),
        ),
        migrations.AddField(
            model_name="readiness",
            name="tld",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func(
                    "domain",
                    models.Value("^([^.]*$|.*\\.)"),
                    models.Value(""),
                    function="regexp_replace",
                ),
                output_field=models.TextField(),
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
