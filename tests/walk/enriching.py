"""The addresses and endpoints of enrichment; a new one needs a line."""

from typing import Any

from tests import make
from tests.walk import effects
from tests.walk.endpoints import EVERY, Line, asks
from tests.walk.expected import ALL, EXPORTING, Address, form, page
from tests.walk.world import World


def sending_entity(world: World) -> dict[str, str]:
    return {"entity_type": "company", "entity_key": "ironclad.com"}


def sending_entities(world: World) -> dict[str, Any]:
    return {"entity_type": "company", "entity_keys": ["ironclad.com", "no domain"]}


ADDRESSES: dict[str, Address] = {
    "enrichment:run-list": page(ALL),
    "enrichment:run-detail": page(ALL, lambda world: (make.run().pk,)),
    "enrichment:run-export": form(EXPORTING, effects.asks_for_a_file_of("runs")),
    "enrichment:workflow-list": page(ALL),
    "enrichment:workflow-detail": page(ALL, lambda world: (make.workflow().workflow_name,)),
}
ENDPOINTS: dict[str, Line] = {
    "enrichment-api:status": asks(EVERY, sent=sending_entity),
    "enrichment-api:status-list": asks(EVERY, sent=sending_entities),
}
