"""Who the pages are shown to."""

import pytest

from tests import make


@pytest.fixture
def triager(client):
    """A triager, signed in."""
    person = make.triager()
    client.force_login(person)
    return person


@pytest.fixture
def analyst(client):
    """An analyst, signed in."""
    person = make.analyst()
    client.force_login(person)
    return person
