"""The demo's backlog, for tests that need the whole of it."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import connections

from tests.servers import SERVERS


@pytest.fixture(scope="module")
def backlog(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Load the population of the ops backlog, for all tests of a module; the database is made anew afterwards."""
    with django_db_blocker.unblock():
        call_command("load_demo", scenario="ops_backlog", verbosity=0)
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        SERVERS.clone()
