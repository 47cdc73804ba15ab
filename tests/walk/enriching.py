"""The addresses and endpoints of enrichment; a new one needs a line."""

from typing import Any

from tests import make
from tests.walk.endpoints import EVERY, Line, asks
from tests.walk.expected import ALL, Address, page
from tests.walk.world import World


def sending_entity(world: World) -> dict[str, str]:
    return {"entity_type": "company", "entity_key": "ironclad.com"}


def sending_entities(world: World) -> dict[str, Any]:
    return {"entity_type": "company", "entity_keys": ["ironclad.com", "no domain"]}


def ironclad(world: World) -> tuple[str, str]:
    make.run(entity_key="ironclad.com")
    return ("company", "ironclad.com")


ADDRESSES: dict[str, Address] = {
    "enrichment:entity-lookup": page(ALL),
    "enrichment:entity-detail": page(ALL, ironclad),
    "enrichment:workflow-list": page(ALL),
    "enrichment:workflow-detail": page(ALL, lambda world: (make.workflow().workflow_name,)),
}
ENDPOINTS: dict[str, Line] = {
    "enrichment-api:status": asks(EVERY, sent=sending_entity),
    "enrichment-api:status-list": asks(EVERY, sent=sending_entities),
}
