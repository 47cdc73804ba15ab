"""Endpoints of the tests' own, and who calls them."""

import pytest

from tests import make
from tests.callers import Caller
from tests.outreach_admin.api import probes


@pytest.fixture
def probed(settings) -> None:
    """Serve the probes beside the real endpoints."""
    settings.ROOT_URLCONF = probes.__name__


@pytest.fixture
def triager(probed, db) -> Caller:
    """Somebody who may make what the probes make."""
    return Caller(make.triager(), "read", "triage")
