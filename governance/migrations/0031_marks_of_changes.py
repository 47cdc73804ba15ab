"""Changes of how a company stands keep what it was and became as numbers, so that movers are counted in one pass."""

from django.db import migrations, models
from django.db.models.expressions import CombinedExpression

TIERS = (
    "NOT_READY",
    "TIER_0_ANCHOR_DONE",
    "TIER_1_MARKETING_READY",
    "TIER_2_ENRICHMENT_COMPLETE",
    "TIER_3_CAMPAIGN_READY",
)
REASONS = (
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


def _place(texts: tuple[str, ...], column: str) -> str:
    """Write the place of a column's text among others as SQL, from 1; 0 stands for none of them."""
    named = (f"WHEN '{text}' THEN {place}" for place, text in enumerate(texts, start=1))
    return f"CASE {column} {' '.join(named)} ELSE 0 END"


# used by generated columns: it never changes, other tiers or reasons are another function and other columns
STANDING_NUMBER = f"""
CREATE FUNCTION governance.standing_number(tier text, reason text) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (16 * {_place(TIERS, "tier")} + {_place(REASONS, "reason")})::bigint
$$
"""


def _mark(side: str) -> models.GeneratedField:
    number = models.Func(
        models.F(f"{side}_tier"),
        models.F(f"{side}_reason"),
        function="governance.standing_number",
        output_field=models.BigIntegerField(),
    )
    shifted = CombinedExpression(models.F("id"), "*", models.Value(256))
    return models.GeneratedField(
        expression=CombinedExpression(shifted, "+", number),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0030_export_digests"),
    ]

    operations = [
        migrations.RunSQL(STANDING_NUMBER, "DROP FUNCTION governance.standing_number"),
        migrations.AddField(
            model_name="tiertransition",
            name="from_mark",
            field=_mark("from"),
        ),
        migrations.AddField(
            model_name="tiertransition",
            name="to_mark",
            field=_mark("to"),
        ),
    ]
