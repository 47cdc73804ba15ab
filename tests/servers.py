"""The servers of a test run: one PostgreSQL and one Redis for all its processes, a database for each of them.

Loaded by `-p tests.servers`, before Django's settings, because the settings read the addresses chosen here.
With TEST_DATABASE_URL (a superuser of an external server) and TEST_REDIS_URL those are used instead.
"""

import functools
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import psycopg
import pytest
from psycopg import sql

from tests.restoring import Pristine

ROOT = Path(__file__).resolve().parent.parent
# the first process names the folder; OUTREACH_DATA_DIR means something else in the programs under test
DATA = Path(
    os.environ.setdefault(
        "OUTREACH_TEST_DATA",
        str(Path(os.environ.get("OUTREACH_DATA_DIR") or ROOT / ".local").resolve() / "tests"),
    )
)
OWNER, RUNNING = "outreach_owner", "outreach_app"
TEMPLATE = "outreach_template_"
CLONE = "outreach_test_"
KEPT_TEMPLATES = 3
TEMPLATE_LOCK = 5_318_008
# how a test does, within its own transaction, what only the owner of the tables may
OWNERS_HAND = f"""
    CREATE SCHEMA tests AUTHORIZATION {OWNER};
    GRANT USAGE ON SCHEMA tests TO {RUNNING};
    CREATE FUNCTION tests.run(statement text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path TO public, pg_temp
    AS 'BEGIN EXECUTE statement; END';
    ALTER FUNCTION tests.run(text) OWNER TO {OWNER}"""
# a template may be days old: no job has been due since
NOTHING_DUE = """SET session_replication_role = replica;
    UPDATE governance_schedule SET enforced_at = '2100-01-01'"""
# what a migrated database depends on
SCHEMA_SOURCES = (
    "migrations",
    "sql",
    "models",
    "declarations",
    "db",
    "reference",
    "canon",
    "toolbox",
)
SCHEMA_FILES = ("apps.py", "models.py", "settings.py", "requirements.lock", "migrate.py")


class TestServers:
    """What every process of the run needs to know; the first process puts it into the environment for the others."""

    __test__ = False

    def __init__(self) -> None:
        self.is_first = "PYTEST_XDIST_WORKER" not in os.environ
        self.worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
        self.external = os.environ.get("TEST_DATABASE_URL", "")
        self.external_redis = os.environ.get("TEST_REDIS_URL", "")
        if self.is_first:
            os.environ["OUTREACH_TEST_RUN"] = f"{os.getpid()}_{secrets.token_hex(3)}"
            if self.external:
                os.environ["OUTREACH_TEST_PASSWORD"] = secrets.token_hex(16)
        self.embedded = self._embedded()
        self.work = DATA / "work" / self.worker
        self.pristine: Pristine | None = None
        self.database = f"{CLONE}{os.environ['OUTREACH_TEST_RUN']}_{self.worker}"

    def _embedded(self):
        missing = tuple(
            name
            for name, given in (("postgres", self.external), ("redis", self.external_redis))
            if not given
        )
        if not missing:
            return None
        from outreach_admin.embedded import EmbeddedServers

        return EmbeddedServers(DATA, which=missing, durable=False)

    def url(self, role: str, database: str) -> str:
        """Return the address under which that role reaches that database."""
        if self.external:
            parts = urlsplit(self.external)
            where = f"{parts.hostname}:{parts.port or 5432}"
            return f"postgres://{role}:{os.environ['OUTREACH_TEST_PASSWORD']}@{where}/{database}"
        words = self.embedded.postgres.connection(role)
        return f"postgres://{role}:{quote(words['password'], safe='')}@/{database}?host={words['host']}&port={words['port']}"

    def redis_url(self) -> str:
        """Return a Redis database of this process's own."""
        number = int(self.worker.removeprefix("gw")) + 1
        if self.external_redis:
            return f"{self.external_redis.rstrip('/')}/{number}"
        return self.embedded.redis.url(number)

    def superuser(self, database: str = "postgres") -> psycopg.Connection:
        """Connect as somebody who may create and drop databases."""
        if self.external:
            parts = urlsplit(self.external)
            return psycopg.connect(
                host=parts.hostname,
                port=parts.port or 5432,
                user=unquote(parts.username or ""),
                password=unquote(parts.password or ""),
                dbname=database,
                autocommit=True,
            )
        return psycopg.connect(
            **self.embedded.postgres.connection("postgres", database), autocommit=True
        )

    def announce(self) -> None:
        """Tell Django's settings, and every program the tests start, where the servers are."""
        os.environ |= {
            "DATABASE_URL": self.url(RUNNING, self.database),
            "DATABASE_OWNER_URL": self.url(OWNER, self.database),
            "REDIS_URL": self.redis_url(),
            "SECRET_KEY": "only-for-tests-" + "0123456789" * 5,
            "OUTREACH_DATA_DIR": str(self.work),
            "ALLOWED_HOSTS": "testserver,127.0.0.1,localhost",
            "DEBUG": "false",
            "HTTPS": "false",
            "STATIC_HASHED": "false",
            "LOG_LEVEL": "WARNING",
        }
        (self.work / "static").mkdir(parents=True, exist_ok=True)

    def start(self) -> None:
        if self.embedded:
            self.embedded.acquire()
        with self.superuser() as connection:
            if self.external:
                self._make_roles(connection)
            self._drop_orphans(connection)

    def stop(self) -> None:
        if self.embedded:
            self.embedded.release()

    def _make_roles(self, connection: psycopg.Connection) -> None:
        known = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        for role in (OWNER, RUNNING):
            verb = sql.SQL("ALTER" if role in known else "CREATE")
            password = sql.Literal(os.environ["OUTREACH_TEST_PASSWORD"])
            connection.execute(
                sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(verb, sql.Identifier(role), password)
            )
        connection.execute(f"GRANT pg_read_all_stats TO {RUNNING}")

    def _drop_orphans(self, connection: psycopg.Connection) -> None:
        """Drop what runs that were killed have left, and templates of older code."""
        listed = "SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY oid"
        for (name,) in connection.execute(listed, [CLONE]).fetchall():
            pid = int(name.removeprefix(CLONE).split("_")[0])
            if not Path(f"/proc/{pid}").exists():
                drop(connection, name)
        for (name,) in connection.execute(listed, [TEMPLATE]).fetchall()[:-KEPT_TEMPLATES]:
            drop(connection, name)

    def clone(self) -> None:
        """Make this process's database anew from the migrated template."""
        with self.superuser() as connection:
            template = self.migrated_template(connection)
            drop(connection, self.database)
            copy(connection, template, to=self.database)
        # each time: whoever sweeps the template notes it there
        with self.superuser(self.database) as connection:
            self.pristine = Pristine.of(connection)

    def restore(self) -> None:
        """Leave this process's database as migrated, whatever was committed to it."""
        if not self._restored_in_place():
            self.clone()

    def _restored_in_place(self) -> bool:
        if self.pristine is None:
            return False
        try:
            with self.superuser(self.database) as connection:
                return self.pristine.restore(connection)
        except psycopg.Error:
            # gone, or nobody is let in
            return False

    def migrated_template(self, connection: psycopg.Connection) -> str:
        """Return the template for the present migrations, making it when it is not there yet."""
        template = TEMPLATE + schema_fingerprint()
        connection.execute("SELECT pg_advisory_lock(%s)", [TEMPLATE_LOCK])
        try:
            if not exists(connection, template):
                self._make_template(connection, template)
        finally:
            connection.execute("SELECT pg_advisory_unlock(%s)", [TEMPLATE_LOCK])
        return template

    @contextmanager
    def migrated_from_zero(self, connection: psycopg.Connection, name: str) -> Iterator[None]:
        """Make a database of that name and migrate it; Django is connected to it for the length of a block."""
        from django.core.management import call_command
        from django.db import connections

        drop(connection, name)
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(
                sql.Identifier(name), sql.Identifier(OWNER)
            )
        )
        default = connections["default"]
        default.close()
        default.settings_dict["NAME"] = name
        try:
            call_command("migrate", interactive=False, verbosity=0)
            yield
        finally:
            default.close()
            default.settings_dict["NAME"] = self.database

    def _make_template(self, connection: psycopg.Connection, template: str) -> None:
        draft = f"{template}_draft"
        with self.migrated_from_zero(connection, draft):
            pass
        with self.superuser(draft) as other:
            other.execute(OWNERS_HAND)
            other.execute(NOTHING_DUE)
        connection.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                sql.Identifier(draft), sql.Identifier(template)
            )
        )


def exists(connection: psycopg.Connection, database: str) -> bool:
    found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
    return found.fetchone() is not None


def copy(connection: psycopg.Connection, template: str, *, to: str) -> None:
    """Copy a database that nobody is in file by file: page by page through the log takes 2 to 10 times as long."""
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY FILE_COPY")
    connection.execute(statement.format(*map(sql.Identifier, (to, template, OWNER))))


def drop(connection: psycopg.Connection, database: str) -> None:
    """Drop a database, ending whoever is still in it."""
    connection.execute(
        sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database))
    )


@functools.cache
def schema_fingerprint() -> str:
    """Digest everything a migrated database depends on."""
    digest = hashlib.sha256((OWNERS_HAND + NOTHING_DUE).encode())
    # the servers' own files lie beside the packages and come and go
    folders = (*ROOT.iterdir(), *(ROOT / "tests").iterdir())
    packages = [folder for folder in folders if (folder / "apps.py").exists()]
    sources = [
        path
        for package in packages
        for kind in ("**/*.py", "**/*.sql", "reference/*.yaml", "canon/*.yaml")
        for path in package.glob(kind)
    ]
    for path in sorted([*sources, ROOT / "requirements.lock"]):
        inside = path.relative_to(ROOT)
        text = path.read_bytes()
        if (
            not set(SCHEMA_SOURCES).isdisjoint(inside.parts)
            or path.name in SCHEMA_FILES
            or b"post_migrate" in text
        ):
            digest.update(f"{inside}\0".encode() + text)
    return digest.hexdigest()[:16]


SERVERS = TestServers()
SERVERS.announce()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Start the servers once, before any worker process exists."""
    if SERVERS.is_first and not session.config.option.collectonly:
        SERVERS.start()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the servers after the last worker process has ended."""
    if SERVERS.is_first:
        SERVERS.stop()
