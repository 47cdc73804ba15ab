"""The addresses and endpoints of enrichment; a new one needs a line."""

from typing import Any

from tests import make
from tests.walk.callers import PIPELINE
from tests.walk.endpoints import EVERY, Due, Line, asks, both, reads
from tests.walk.expected import ACTING, ALL, Address, page, sending
from tests.walk.world import World

RUNNING = ACTING | {PIPELINE}


def an_open_run(world: World) -> tuple[Any, ...]:
    """A run that is under way."""
    return (make.run("running").pk,)


def a_run_to_open(world: World) -> dict[str, Any]:
    """Of a workflow that never ran."""
    return {"workflow": make.workflow().workflow_name, "entity": "ironclad.com"}


def sending_entity(world: World) -> dict[str, str]:
    return {"entity_type": "company", "entity_key": "ironclad.com"}


def sending_entities(world: World) -> dict[str, Any]:
    return {"entity_type": "company", "entity_keys": ["ironclad.com", "no domain"]}


ADDRESSES: dict[str, Address] = {
    "enrichment:workflow-list": page(ALL),
    "enrichment:workflow-detail": page(ALL, lambda world: (make.workflow().workflow_name,)),
}
ENDPOINTS: dict[str, Line] = {
    "enrichment-api:status": asks(EVERY, sent=sending_entity),
    "enrichment-api:status-list": asks(EVERY, sent=sending_entities),
    # runs
    "enrichment-api:run-list": both(
        Due(EVERY),
        Due(RUNNING, "pipeline", answers=201, sent=a_run_to_open),
    ),
    "enrichment-api:run-search": asks(EVERY),
    "enrichment-api:run-detail": reads(EVERY, "", an_open_run),
    "enrichment-api:run-beat": asks(RUNNING, "", an_open_run, scope="pipeline"),
    "enrichment-api:run-close": asks(
        RUNNING,
        "",
        an_open_run,
        scope="pipeline",
        sent=sending(status="completed"),
    ),
    "enrichment-api:run-cancel": asks(ACTING, "", an_open_run, scope="pipeline"),
}
