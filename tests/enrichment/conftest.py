"""A warehouse beside the console's own database."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.enrichment.warehouse import places

TABLES = (
    "CREATE TABLE core.companies (id uuid PRIMARY KEY, domain text UNIQUE, name text)",
    "CREATE TABLE core.people (id uuid PRIMARY KEY, linkedin_url text, full_name text)",
)


@pytest.fixture
def warehouse_apart(django_db_setup, django_db_blocker) -> Iterator[psycopg.Connection]:
    """A warehouse in a database of its own, which the console may only read; gives its superuser's hand."""
    with django_db_blocker.unblock(), places.apart(*TABLES) as hand:
        yield hand
