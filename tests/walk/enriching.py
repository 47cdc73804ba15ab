"""The addresses and endpoints of enrichment; a new one needs a line."""

from typing import Any

from tests import make
from tests.walk.addresses import ACTING, Address, sending
from tests.walk.callers import PIPELINE
from tests.walk.endpoints import EVERY, Due, Line, asks, both, reads
from tests.walk.world import World

RUNNING = ACTING | {PIPELINE}


def an_open_run(world: World) -> tuple[Any, ...]:
    """A run that is under way."""
    return (make.run("running").pk,)


def a_run_to_open(world: World) -> dict[str, Any]:
    """Of a workflow that never ran."""
    return {"workflow": make.workflow().workflow_name, "entity": "ironclad.com"}


ADDRESSES: dict[str, Address] = {}
ENDPOINTS: dict[str, Line] = {
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
