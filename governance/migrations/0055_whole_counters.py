"""Counters of tries and levels of errors as the whole numbers that the seed's tables have."""

from django.db import migrations, models

COLUMNS = {
    "huberror": ("retry_count", "max_retries", "escalation_level"),
    "archivederror": ("retry_count", "max_retries", "escalation_level"),
    "errorcount": ("retry_count", "escalation_level"),
}
DEFAULTS = {"retry_count": 0, "escalation_level": 0}


def altered(model: str, columns: tuple[str, ...], kind: str) -> str:
    """One statement for all columns, as each rewrites the table; what looks at whole rows is made anew after."""
    table = f"governance_{model}"
    changes = ", ".join(f"ALTER COLUMN {column} TYPE {kind}" for column in columns)
    return f"DROP TRIGGER IF EXISTS a_guard ON {table}; ALTER TABLE {table} {changes}"


def field(model: str, column: str) -> models.PositiveIntegerField:
    if model == "errorcount" or column not in DEFAULTS:
        return models.PositiveIntegerField()
    return models.PositiveIntegerField(db_default=DEFAULTS[column])


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0054_spent_errors"),
    ]

    operations = [
        migrations.RunSQL(
            altered(model, columns, "integer"),
            altered(model, columns, "smallint"),
            state_operations=[
                migrations.AlterField(model, column, field(model, column)) for column in columns
            ],
        )
        for model, columns in COLUMNS.items()
    ]
