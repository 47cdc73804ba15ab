"""What may stand in a table at all: a named constraint for each column whose type is too wide for the pages.

An app gives them to its models in `ready()`; a model says `limits = Limits(..)` where the ones that
follow from the types of its columns do not fit.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from psycopg import Error

from outreach_admin.db.rules import (
    Bytes,
    Days,
    Documents,
    Finite,
    Letters,
    Lists,
    Moments,
    Rule,
    Spans,
)

# characters; an index holds several words of a row, each character four bytes at most
WORD, PROSE, LONG = 255, 10_000, 2_000_000
# the most that a column of type integer holds
MOST_INTEGER = 2_147_483_647
# bytes
DOCUMENT = 1_000_000
LISTED = 2_000
BY_TYPE: "dict[type[models.Field[Any, Any]], type[Rule]]" = {
    models.DateTimeField: Moments,
    models.DateField: Days,
    models.DurationField: Spans,
    models.DecimalField: Finite,
    models.FloatField: Finite,
}


@dataclass(frozen=True)
class Limits:
    """Where a model's columns differ from the rule of their type.

    `longest` counts the characters of texts and the bytes of JSON, `rules` replaces the rule of a
    column, `free` gives the reason why a column has none, `derived` why none of the model has.
    """

    longest: Mapping[str, int] = field(default_factory=dict)
    rules: Mapping[str, Rule] = field(default_factory=dict)
    free: Mapping[str, str] = field(default_factory=dict)
    derived: str = ""


class Limit(models.CheckConstraint):
    """The constraint of one column; to migrations it is Django's own."""

    def __init__(self, *, column: str = "", rule: Rule | None = None, **given: Any) -> None:
        super().__init__(**given)
        self.column = column
        self.rule = rule

    def deconstruct(self) -> Any:
        """Leave out what the database does not know."""
        _, args, kwargs = super().deconstruct()
        return "django.db.models.CheckConstraint", args, kwargs

    def validate(
        self, model: Any, instance: Any, exclude: Any = None, using: str = "default"
    ) -> None:
        """Refuse a value with the limit and what came, at its field."""
        value = getattr(instance, self.column)
        # what the database computes is judged there
        is_left = value is None or hasattr(value, "resolve_expression")
        if self.rule is None or is_left or self.column in (exclude or ()):
            return
        if said := self.rule.refusal(value):
            raise ValidationError({self.column: said})


def give(made: Iterable[type[models.Model]]) -> None:
    """Add the constraints of their columns to models, once."""
    for model in made:
        has = {one.name for one in model._meta.constraints}
        new = [one for one in of(model) if one.name not in has]
        if model._meta.managed and not model._meta.proxy and new:
            model._meta.constraints = [*model._meta.constraints, *new]
            # migrations read constraints only of a model that has said so itself
            model._meta.original_attrs["constraints"] = model._meta.constraints


def of(model: type[models.Model]) -> Iterator[Limit]:
    """Make the constraints of a model's columns."""
    for column in model._meta.local_concrete_fields:
        if rule := rule_of(column):
            yield Limit(
                name=f"{model._meta.model_name}_{column.column}_{rule.name}",
                condition=condition(column.name, rule.sql),
                column=column.name,
                rule=rule,
            )


def condition(column: str, sql: str) -> models.Func:
    """Write a rule as Django's constraints take it."""
    template = sql.format("%(expressions)s")
    return models.Func(
        models.F(column), template=f"({template})", output_field=models.BooleanField()
    )


def rule_of(column: "models.Field[Any, Any]") -> Rule | None:
    """Return the rule of a column, none where its type is narrow enough or the model sets it free."""
    limits: Limits = getattr(column.model, "limits", Limits())
    if limits.derived or column.name in limits.free:
        return None
    if column.name in limits.rules:
        return limits.rules[column.name]
    longest = limits.longest.get(column.name)
    if isinstance(column, models.TextField):
        return Letters(longest or WORD)
    if isinstance(column, models.JSONField):
        return Documents(longest or DOCUMENT)
    if isinstance(column, ArrayField):
        return Lists(longest or LISTED)
    if isinstance(column, models.BinaryField):
        return Bytes(longest or column.max_length or WORD)
    return next((rule() for kind, rule in BY_TYPE.items() if isinstance(column, kind)), None)


def longest(model: type[models.Model], name: str) -> int:
    """Return how many characters or bytes a column takes."""
    rule = rule_of(model._meta.get_field(name))
    assert isinstance(rule, Letters | Documents)
    return rule.most


def explained(problem: BaseException) -> str:
    """Say which column of which table refused what, where one of these constraints did; empty otherwise."""
    cause = problem if isinstance(problem, Error) else problem.__cause__
    name = cause.diag.constraint_name if isinstance(cause, Error) else None
    limit = name and known().get(name)
    if not limit:
        return ""
    return f"{limit.column} takes {limit.rule.sentence} ({name})"


def known() -> dict[str, Limit]:
    """Return the constraints of all models by name."""
    return {
        one.name: one
        for model in apps.get_models()
        for one in model._meta.constraints
        if isinstance(one, Limit)
    }
