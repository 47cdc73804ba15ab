"""Every column that could hold more than pages bear has a named limit, in the database and in Python."""

from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.test.utils import isolate_apps

from governance.models import ErrorTable, Event, HubError, OperationItem
from outreach_admin.db import jsonfields, limits

WIDE = (
    models.TextField,
    models.DateField,
    models.DurationField,
    models.JSONField,
    models.BinaryField,
    models.DecimalField,
    models.FloatField,
    ArrayField,
)
OURS = [
    model
    for model in apps.get_models()
    if Path(model._meta.app_config.path).is_relative_to(settings.BASE_DIR)
    and ".venv" not in model._meta.app_config.path
]
COLUMNS = [column for model in OURS for column in model._meta.local_concrete_fields]


def in_database() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT c.conrelid::regclass || '.' || a.attname || '.' || c.conname
            FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND ARRAY[a.attnum] = c.conkey
            WHERE c.contype = 'c'"""
        )
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.django_db
def test_every_wide_column_of_every_model_has_its_constraint():
    there = in_database()

    wanted = {
        f"{column.model._meta.db_table}.{column.column}.{column.model._meta.model_name}_{column.column}_{rule.name}"
        for column in COLUMNS
        if (rule := limits.rule_of(column))
    }
    assert len(OURS) > 30 and len(wanted) > 200
    assert wanted - there == set()
    assert [name for name in wanted if len(name.rpartition(".")[2]) > 63] == []


def test_a_column_without_a_limit_has_a_reason():
    for column in COLUMNS:
        declared = getattr(column.model, "limits", limits.Limits())
        is_free = isinstance(column, WIDE) and limits.rule_of(column) is None
        reason = declared.derived or declared.free.get(column.name, "")
        assert bool(reason) or not is_free, column
    named = [name for model in OURS for name in getattr(model, "limits", limits.Limits()).free]
    assert len(named) == len(Event.limits.free) + len(OperationItem.limits.free) == 9


def test_json_of_ours_keeps_its_digits():
    plain = [
        str(column)
        for column in COLUMNS
        if isinstance(column, models.JSONField) and not isinstance(column, jsonfields.JSONField)
    ]

    assert plain == []


@isolate_apps("governance")
def test_a_new_model_gets_them_from_the_types_of_its_columns_once():
    class Letter(models.Model):
        body = models.TextField()
        sent_at = models.DateTimeField(null=True)
        number = models.IntegerField()

        class Meta:
            app_label = "governance"

    limits.give([Letter])
    limits.give([Letter])

    assert [one.name for one in Letter._meta.constraints] == [
        "letter_body_at_most_255_characters",
        "letter_sent_at_from_1900_to_9999",
    ]
    assert Letter._meta.constraints[0].deconstruct()[0] == "django.db.models.CheckConstraint"


def test_a_form_hears_limit_and_length_at_the_field():
    table = ErrorTable(name="x", owner="x" * 12_000)

    with pytest.raises(ValidationError) as refusal:
        table.validate_constraints(exclude=["allowed_dispositions", "default_disposition"])

    assert refusal.value.message_dict == {"owner": ["It takes at most 255 characters, not 12,000."]}


def test_what_the_database_computes_is_judged_there():
    limit = next(one for one in limits.of(HubError) if one.column == "created_at")

    limit.validate(HubError, HubError(created_at=models.functions.Now()))


def test_other_problems_are_not_explained():
    assert limits.explained(ValueError("x")) == ""
