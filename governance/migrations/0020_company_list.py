"""Companies are listed by name, domain and open errors, found by how they stand, and searched by their domain."""

import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.db import migrations, models

# used by an index: it never changes, another way of counting companies gets another function and another index
STANDING_KEY = """
CREATE FUNCTION governance.standing_key(
    tier text, promotable boolean, reason text, bottleneck text, ct_status text, ct_done boolean,
    dol_done boolean, people_done boolean, blog_done boolean, bit_done boolean, ct_blocked boolean,
    dol_blocked boolean, people_blocked boolean, address_state text, tld text) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT hash_array_extended(ARRAY[tier, promotable::text, reason, bottleneck, ct_status,
        ct_done::text, dol_done::text, people_done::text, blog_done::text, bit_done::text,
        ct_blocked::text, dol_blocked::text, people_blocked::text, address_state, tld], 0)
$$
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
    "address_state",
    "tld",
)


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0019_companies"),
    ]

    operations = [
        migrations.RunSQL(STANDING_KEY, "DROP FUNCTION governance.standing_key"),
        migrations.AddIndex(
            model_name="outreach",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("domain"), name="gin_trgm_ops"
                ),
                name="outreach_domain_trgm",
            ),
        ),
        migrations.AddIndex(
            model_name="readiness",
            index=models.Index(fields=["company_name", "outreach"], name="readiness_name"),
        ),
        migrations.AddIndex(
            model_name="readiness",
            index=models.Index(fields=["domain", "outreach"], name="readiness_domain"),
        ),
        migrations.AddIndex(
            model_name="readiness",
            index=models.Index(fields=["open_errors", "outreach"], name="readiness_errors"),
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
