"""What the names of the seed need: schemas, types for casts, keys that the database draws, archived_at."""

import uuid

import django.contrib.postgres.functions
import django.db.models.functions.datetime
from django.db import migrations, models

# what somebody else has made under these names stays
SCHEMAS = """
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['outreach', 'people', 'company', 'shq'] LOOP
        IF to_regnamespace(name) IS NULL THEN
            EXECUTE format('CREATE SCHEMA %I', name);
        END IF;
    END LOOP;
END
$$
"""
TYPES = """
DO $$
BEGIN
    IF to_regtype('public.error_disposition') IS NULL THEN
        CREATE DOMAIN public.error_disposition AS text CONSTRAINT error_disposition_known
            CHECK (VALUE IN ('RETRY', 'PARKED', 'ARCHIVED', 'IGNORE', 'RESOLVED'));
    END IF;
    IF to_regtype('public.ttl_tier') IS NULL THEN
        CREATE DOMAIN public.ttl_tier AS text CONSTRAINT ttl_tier_known
            CHECK (VALUE IN ('SHORT', 'MEDIUM', 'LONG', 'INFINITE'));
    END IF;
END
$$
"""

# rows of a COPY until its statement ends: written and deleted by one transaction, seen by no other
GATHERED = """
CREATE UNLOGGED TABLE governance.gathered (txid xid8 NOT NULL, view oid NOT NULL, body jsonb NOT NULL);
CREATE INDEX gathered_of_transaction ON governance.gathered (txid);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0043_calls_by_account"),
    ]

    operations = [
        migrations.RunSQL(SCHEMAS, migrations.RunSQL.noop),
        migrations.RunSQL(TYPES, migrations.RunSQL.noop),
        migrations.RunSQL(GATHERED, "DROP TABLE governance.gathered"),
        migrations.AddField(
            model_name="huberror",
            name="archived_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="bitscore",
            name="signal_count",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AlterField(
            model_name="blogcontent",
            name="blog_id",
            field=models.UUIDField(
                db_default=django.contrib.postgres.functions.RandomUUID(),
                default=uuid.uuid4,
                primary_key=True,
                serialize=False,
            ),
        ),
        migrations.AlterField(
            model_name="companyslot",
            name="is_filled",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AlterField(
            model_name="companyslot",
            name="slot_id",
            field=models.UUIDField(
                db_default=django.contrib.postgres.functions.RandomUUID(),
                default=uuid.uuid4,
                primary_key=True,
                serialize=False,
            ),
        ),
        migrations.AlterField(
            model_name="companytarget",
            name="execution_status",
            field=models.TextField(
                choices=[
                    ("pending", "Pending"),
                    ("ready", "Ready"),
                    ("failed", "Failed"),
                    ("blocked", "Blocked"),
                ],
                db_default="pending",
                default="pending",
            ),
        ),
        migrations.AlterField(
            model_name="companytarget",
            name="target_id",
            field=models.UUIDField(
                db_default=django.contrib.postgres.functions.RandomUUID(),
                default=uuid.uuid4,
                primary_key=True,
                serialize=False,
            ),
        ),
        migrations.AlterField(
            model_name="dolfiling",
            name="dol_id",
            field=models.UUIDField(
                db_default=django.contrib.postgres.functions.RandomUUID(),
                default=uuid.uuid4,
                primary_key=True,
                serialize=False,
            ),
        ),
        migrations.AlterField(
            model_name="outreach",
            name="created_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.AlterField(
            model_name="outreach",
            name="domain",
            field=models.TextField(blank=True, db_default=""),
        ),
        migrations.AlterField(
            model_name="outreach",
            name="outreach_id",
            field=models.UUIDField(
                db_default=django.contrib.postgres.functions.RandomUUID(),
                default=uuid.uuid4,
                primary_key=True,
                serialize=False,
            ),
        ),
        migrations.AlterField(
            model_name="outreach",
            name="updated_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.AlterField(
            model_name="person",
            name="contact_status",
            field=models.TextField(db_default="active", default="active"),
        ),
        migrations.AlterField(
            model_name="person",
            name="email_verified",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AlterField(
            model_name="person",
            name="person_id",
            field=models.UUIDField(
                db_default=django.contrib.postgres.functions.RandomUUID(),
                default=uuid.uuid4,
                primary_key=True,
                serialize=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="huberror",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("archived_at", None), ("disposition", "ARCHIVED"), _connector="OR"
                ),
                name="archived_facts_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="huberror",
            constraint=models.CheckConstraint(
                condition=models.Func(
                    models.F("archived_at"),
                    output_field=models.BooleanField(),
                    template="(%(expressions)s >= timestamptz '1900-01-01 00:00:00+00' AND %(expressions)s < timestamptz '10000-01-01 00:00:00+00')",
                ),
                name="huberror_archived_at_from_1900_to_9999",
            ),
        ),
    ]
