"""The addresses and endpoints of enrichment; a new one needs a line."""

from tests.walk.addresses import Address
from tests.walk.endpoints import Line

ADDRESSES: dict[str, Address] = {}
ENDPOINTS: dict[str, Line] = {}
