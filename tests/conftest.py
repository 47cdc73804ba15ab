"""What tests share: databases that are really migrated, real transactions where they matter, a Redis."""

import gc
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis
from django.conf import settings
from django.db import connections
from django.template import Template
from django.test.signals import template_rendered

from outreach_admin.watch import pulses
from tests import spares, strays
from tests.servers import OWNER, SERVERS, drop

pytest_plugins = ["tests.backlog", "tests.browser"]

TESTS = Path(__file__).parent
# pages, endpoints, words and programs: the SQL behind them is tried by the tests of queries, services,
# lists and resources, and by the walk over every page
ANY_POSTGRESQL = (
    "enrichment/api",
    "enrichment/filters",
    "enrichment/tables",
    "enrichment/views",
    "governance/api",
    "governance/forms",
    "governance/tables",
    "governance/templatetags",
    "governance/test_people_on_pages.py",
    "governance/test_unseen_letters.py",
    "governance/test_weight_of_pages.py",
    "governance/test_words.py",
    "governance/views",
    "outreach_admin/api",
    "outreach_admin/setup",
    "outreach_admin/test_takeup.py",
    "outreach_admin/ui",
    "outreach_admin/web",
    "test_any_call.py",
    "test_any_call_for_files.py",
    "test_api_docs.py",
    "test_make.py",
    "test_mirror.py",
    "test_offers.py",
    "test_templates.py",
    "test_walk_of_endpoints.py",
)
# the longest modules: whichever comes last is waited for by all processes but one
LONGEST = (
    "outreach_admin/test_up.py",
    "browser/test_pages.py",
    "browser/test_triage.py",
    "governance/demo/test_past.py",
    "outreach_admin/test_faults.py",
    "outreach_admin/setup/test_packages.py",
    "enrichment/demo/test_population.py",
    "enrichment/api/test_runs_of_a_killed_server.py",
    "governance/api/operations/test_actions_of_clients_at_once.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests that drive a browser, and those above the database, so that a run can leave them out; begin with the longest."""
    places = {TESTS / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))
    above = tuple(TESTS / name for name in ANY_POSTGRESQL)
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
        if any(item.path.is_relative_to(place) for place in above):
            item.add_marker("any_postgresql")


def pytest_collection_finish() -> None:
    """Keep what stays for the whole run out of every later collection of garbage."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="session")
def contexts_of_whole_pages_alone(django_test_environment):
    """Tell tests the context of a page; copying that of each of its hundred parts takes a tenth of a run."""

    def render(page: Template, context):
        if context.template is page:
            template_rendered.send(sender=page, template=page, context=context)
        return page.nodelist.render(context)

    # Django puts its own back in its place at the end
    Template._render = render


@pytest.fixture(autouse=True)
def a_console_that_has_just_begun(monkeypatch):
    """This process is as old as its run of tests, a console that complains of silence is not."""
    monkeypatch.setattr(pulses, "STARTED", time.monotonic())


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker) -> Iterator[None]:
    """Give this process a copy of the migrated template; tests sign in as the running role."""
    with django_db_blocker.unblock():
        SERVERS.clone()
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        with SERVERS.superuser() as connection:
            drop(connection, SERVERS.database)
        spares.drop_all()


@pytest.fixture
def committed_db(request, django_db_setup, django_db_blocker) -> Iterator[None]:
    """Let the test commit for real, seen by other processes; the database is as migrated afterwards."""
    if request.node.get_closest_marker("django_db") or "db" in request.fixturenames:
        pytest.fail(
            "committed_db stands alone: take the django_db mark or the db fixture off this test."
        )
    with django_db_blocker.unblock():
        if strays.is_any():
            strays.restore()
        yield
        strays.restore()


@pytest.fixture
def owner_cursor(db) -> Iterator[psycopg.Cursor]:
    """A cursor of the database's owner, on a connection of its own that is rolled back at the end."""
    with (
        psycopg.connect(SERVERS.url(OWNER, SERVERS.database)) as connection,
        connection.cursor() as cursor,
    ):
        yield cursor
        connection.rollback()


@pytest.fixture
def redis_server() -> Iterator[redis.Redis]:
    """A client of this process's own Redis database, emptied before and after."""
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=5) as client:
        client.flushdb()
        yield client
        client.flushdb()
