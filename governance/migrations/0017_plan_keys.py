"""Rows of plans are kept under a key of the plan, so that its number can be taken last."""

import django.db.models.deletion
from django.db import migrations, models

# what has been planned so far is kept under its number, and goes on from there
KEEP = """
UPDATE governance_operation SET plan_key = id;
SELECT setval('governance_plan_key', greatest(
    (SELECT max(id) FROM governance_operation),
    (SELECT max(id) FROM governance_playbookrun), 0) + 1, false);
"""
RENAME = "ALTER TABLE governance_operationitem RENAME COLUMN {} TO {}"


class Migration(migrations.Migration):
    dependencies = [("governance", "0016_discarded_rejections")]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE governance_plan_key",
            "DROP SEQUENCE governance_plan_key",
        ),
        migrations.AddField(
            model_name="operation",
            name="plan_key",
            field=models.BigIntegerField(null=True),
        ),
        migrations.RunSQL(KEEP, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="operation",
            name="plan_key",
            field=models.BigIntegerField(
                unique=True,
                db_default=models.Func(
                    models.Value("governance_plan_key"),
                    function="nextval",
                    output_field=models.BigIntegerField(),
                ),
                help_text="What its rows are kept under: they are frozen before it has a number.",
            ),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    RENAME.format("operation_id", "plan_key"),
                    RENAME.format("plan_key", "operation_id"),
                )
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="operationitem",
                    name="operation",
                    field=models.ForeignKey(
                        db_column="plan_key",
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="governance.operation",
                        to_field="plan_key",
                    ),
                )
            ],
        ),
    ]
