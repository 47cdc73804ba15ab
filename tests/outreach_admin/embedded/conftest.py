"""Servers of their own for tests that start, stop and kill them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from outreach_admin.embedded import EmbeddedServers


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Callable[..., EmbeddedServers]]:
    """Make users of the servers of a data folder below this test's folder; what still runs is stopped at the end."""
    made: list[EmbeddedServers] = []

    def make(folder: str = "data", **options: object) -> EmbeddedServers:
        made.append(EmbeddedServers(tmp_path / folder, **{"durable": False, **options}))
        return made[-1]

    yield make
    for user in made:
        user.release()
        user.stop()


def postmaster(servers: EmbeddedServers) -> int:
    """Return the number of the running PostgreSQL."""
    return int((servers.postgres.cluster / "postmaster.pid").read_text().split("\n", 1)[0])


def redis_pid(servers: EmbeddedServers) -> int:
    """Return the number of the running Redis."""
    return int((servers.redis.folder / "redis.pid").read_text())


def as_superuser(servers: EmbeddedServers) -> psycopg.Connection:
    """Sign in to the cluster as its superuser."""
    return psycopg.connect(**servers.postgres.connection("postgres", "postgres"), autocommit=True)
