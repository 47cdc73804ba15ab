"""The addresses and endpoints of enrichment; a new one needs a line."""

from tests import make
from tests.walk.addresses import ALL, Address, page
from tests.walk.endpoints import Line

ADDRESSES: dict[str, Address] = {
    "enrichment:workflow-list": page(ALL),
    "enrichment:workflow-detail": page(ALL, lambda world: (make.workflow().workflow_name,)),
}
ENDPOINTS: dict[str, Line] = {}
