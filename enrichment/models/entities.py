"""What workflows enrich: companies and people, each under one key."""

from django.db import models
from django.db.models.functions import Now

from governance.declarations.counted import Counted


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
