"""Companies that a transaction could not count without a deadlock, the trigger that counts them at its end; words of archives."""

from django.db import migrations, models

WORDS = ["RETRY", "PARKED", "ARCHIVED", "IGNORE", "RESOLVED"]
TIERS = ["SHORT", "MEDIUM", "LONG", "INFINITE"]
DUE = """
CREATE TABLE governance.readiness_due (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    ids uuid[] NOT NULL
);
"""
# a constraint trigger cannot be replaced, so it stands here with its function, which never changes
AT_THE_END = """
CREATE FUNCTION governance.settle_due() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path TO public, pg_temp AS $$
BEGIN
    PERFORM governance.settle_readiness();
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER settled AFTER INSERT ON governance.readiness_due
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION governance.settle_due();
"""


class Migration(migrations.Migration):
    dependencies = [("governance", "0049_scheduled_exports")]

    operations = [
        migrations.RunSQL(DUE, "DROP TABLE governance.readiness_due CASCADE"),
        migrations.RunSQL(AT_THE_END, "DROP FUNCTION governance.settle_due() CASCADE"),
        migrations.AddConstraint(
            model_name="archivederror",
            constraint=models.CheckConstraint(
                condition=models.Q(("disposition__in", WORDS)), name="archive_disposition_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="archivederror",
            constraint=models.CheckConstraint(
                condition=models.Q(("final_disposition__in", WORDS)),
                name="archive_final_disposition_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="archivederror",
            constraint=models.CheckConstraint(
                condition=models.Q(("ttl_tier__in", TIERS)), name="archive_ttl_tier_known"
            ),
        ),
    ]
