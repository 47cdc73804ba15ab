"""Every address and every endpoint, of all apps."""

from tests.walk import addresses, endpoints, enriching

ADDRESSES = addresses.ADDRESSES | enriching.ADDRESSES
ENDPOINTS = endpoints.ENDPOINTS | enriching.ENDPOINTS
