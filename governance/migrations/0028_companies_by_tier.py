"""Companies are listed by tier, and counted by state without the texts that are none."""

from django.db import migrations, models

LETTERS = (
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD "
    "MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC "
    "SD TN TX UT VT VA WA WV WI WY DC AS GU MP PR VI"
)
STATES = tuple(LETTERS.split())
# the sums stay: what was counted text by text is added up as it is read
COUNTED_TOGETHER = f"""
UPDATE governance_readinesscount SET state = 'other'
WHERE state NOT IN ('', {", ".join(f"'{state}'" for state in STATES)})
"""
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


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0027_error_hours"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="readiness",
            name="readiness_tier",
        ),
        migrations.RemoveIndex(
            model_name="readiness",
            name="readiness_standing",
        ),
        migrations.RenameField(
            model_name="readinesscount",
            old_name="address_state",
            new_name="state",
        ),
        migrations.RunSQL(COUNTED_TOGETHER, migrations.RunSQL.noop),
        migrations.AddField(
            model_name="readiness",
            name="state",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(
                        address_state__in=["", *STATES],
                        then=models.F("address_state"),
                    ),
                    default=models.Value("other"),
                    output_field=models.TextField(),
                ),
                output_field=models.TextField(),
            ),
        ),
        migrations.AddIndex(
            model_name="readiness",
            index=models.Index(fields=["tier", "outreach"], name="readiness_tier"),
        ),
        migrations.AddIndex(
            model_name="readiness",
            index=models.Index(
                condition=models.Q(("state", "other")),
                fields=["address_state"],
                name="readiness_other_state",
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
    ]
