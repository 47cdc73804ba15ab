"""What workflows enrich: companies and people, each under one key."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Now, Upper

from governance.declarations.counted import Counted
from outreach_admin.db.limits import Limits


class EntityType(models.TextChoices):
    """The two kinds of key: a domain, the slug of a profile."""

    COMPANY = "company", "Company"
    PERSON = "person", "Person"


class Entity(models.Model):
    """A company or a person that the warehouse holds or that a run was about.

    Coverage is counted over these rows. `entity_key` is the normalised key (enrichment/keys.py);
    a database trigger adds whatever a state is of.
    """

    count_kept = Counted(("entity_type",), into="EntityCount")

    entity_type = models.TextField(choices=EntityType.choices)
    entity_key = models.TextField(db_collation="C")
    name = models.TextField(blank=True, default="")
    in_warehouse = models.BooleanField(default=False)
    first_seen_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "entities"
        indexes = [
            models.Index(fields=["entity_key", "id"], name="entity_by_key"),
            models.Index(
                fields=["entity_key", "id"],
                name="entity_outside",
                condition=models.Q(in_warehouse=False),
            ),
            GinIndex(OpClass("entity_key", name="gin_trgm_ops"), name="entity_key_trgm"),
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="entity_name_trgm"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["entity_type", "entity_key"],
                name="one_entity_of_a_key",
            ),
            models.CheckConstraint(
                condition=models.Q(entity_type__in=EntityType.values),
                name="entity_type_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.entity_key


class EntitySync(models.Model):
    """How far entities were taken over from the warehouse: one row a type.

    A pass goes through the table from `position` on, and is whole at `finished_at`; `problem` says
    why it does not go on.
    """

    entity_type = models.TextField(choices=EntityType.choices, unique=True)
    # the longest key that a warehouse orders by
    limits = Limits({"position": 10_000, "problem": 1_000})

    position = models.TextField(null=True, blank=True)
    began_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True, blank=True)
    rows = models.PositiveBigIntegerField(default=0, help_text="Read by the pass under way.")
    refused = models.PositiveBigIntegerField(default=0, help_text="Of them, without a key.")
    is_passing = models.BooleanField(default=False)
    problem = models.TextField(blank=True, default="")

    class Meta:
        verbose_name_plural = "entity syncs"

    def __str__(self) -> str:
        return self.entity_type


class SeenEntity(models.Model):
    """A key that the pass under way has met; what was not met when it ends is gone from the warehouse."""

    entity_type = models.TextField(choices=EntityType.choices)
    entity_key = models.TextField(db_collation="C")

    class Meta:
        verbose_name_plural = "seen entities"
        constraints = [
            models.UniqueConstraint(
                fields=["entity_type", "entity_key"],
                name="one_seen_entity_of_a_key",
            ),
        ]

    def __str__(self) -> str:
        return self.entity_key
