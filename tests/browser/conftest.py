"""A committed scene and the console that shows it, for all browser tests of a module."""

from collections.abc import Iterator

import pytest
import redis
from django.conf import settings
from django.db import connections

from tests.browser import serving
from tests.browser.scene import Scene
from tests.servers import SERVERS


@pytest.fixture(scope="module")
def scene(django_db_setup, django_db_blocker) -> Iterator[Scene]:
    """Rows in every state, committed."""
    with django_db_blocker.unblock():
        yield Scene()
        connections.close_all()
        SERVERS.clone()
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=5) as client:
        client.flushdb()


@pytest.fixture(scope="module")
def address(scene) -> Iterator[str]:
    """The console, served by a process of its own; without a worker, so that everything stays as it is."""
    with serving() as url:
        yield url
