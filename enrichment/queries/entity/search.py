"""What the one search box finds of entities: by key, however it is spelled."""

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.urls import reverse

from enrichment import keys
from enrichment.models import Entity, EntityType
from enrichment.queries.entity import lookups
from governance.words import SCHEME
from outreach_admin.lists.search import SHOWN, Found, Hit, Kind

PROFILE = "linkedin.com/in/"


def exact(text: str, reader: User) -> str:
    """Return the page of the company or person that the text is a key of, where it is known."""
    try:
        found = lookups.guessed(text)
    except keys.KeyRefused:
        return ""
    known = Entity.objects.filter(entity_type=found.entity_type, entity_key=found.key)
    return address_of(found.entity_type, found.key) if known.exists() else ""


def like(text: str, reader: User) -> Found:
    """Return companies and people whose key begins like the text. Two reads of an index."""
    start = SCHEME.sub("", text.lower()).removeprefix("www.")
    hits = [
        *_hits(EntityType.COMPANY, start),
        *_hits(EntityType.PERSON, f"{PROFILE}{start.removeprefix(PROFILE)}"),
    ]
    return Found.first(hits)


def address_of(entity_type: str, key: str) -> str:
    """Give the page of an entity."""
    return reverse("enrichment:entity-detail", args=[entity_type, key])


def beginning(entity_type: EntityType, start: str) -> QuerySet[Entity]:
    """Return the entities of a type whose keys begin like this, in their order."""
    rows = Entity.objects.filter(
        entity_type=entity_type,
        entity_key__startswith=start,
    )
    return rows.order_by("entity_key")


def _hits(entity_type: EntityType, start: str) -> list[Hit]:
    return [
        Hit(
            row.entity_key,
            address_of(row.entity_type, row.entity_key),
            row.name or entity_type.label,
        )
        for row in beginning(entity_type, start)[: SHOWN + 1]
    ]


KINDS = (
    Kind(
        "Enrichments",
        "enrichment.view_state",
        like,
        exact,
        position=15,
    ),
)
