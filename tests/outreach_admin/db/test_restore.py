"""A database that is dumped and restored as the README says is the same database."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from governance.services.operations import plans, runner
from outreach_admin.db import upkeep
from tests import make, owner
from tests.outreach_admin.db import schema
from tests.servers import OWNER, ROOT, RUNNING, SERVERS, drop

COMMANDS = {
    "pg_dump": "pg_dump --format=custom --file=outreach.dump {address}",
    "pg_restore": "pg_restore --exit-on-error --single-transaction --dbname={address} outreach.dump",
}
TABLES = """SELECT c.oid::regclass::text FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname IN ('public', 'governance', 'enrichment', 'outreach_admin')
    ORDER BY 1"""
DIGEST = "SELECT count(*), md5(string_agg(t::text, ',' ORDER BY t::text)) FROM {} t"
SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences ORDER BY 1"
# restored, a check has other parentheses
CHECKS = """SELECT k.conrelid::regclass::text, k.conname, pg_get_constraintdef(k.oid, true), k.convalidated
    FROM pg_constraint k WHERE k.connamespace = 'public'::regnamespace ORDER BY 1, 2"""
INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
RIGHTS = """SELECT table_schema, table_name, privilege_type FROM information_schema.role_table_grants
    WHERE grantee = 'outreach_app' ORDER BY 1, 2, 3"""
FILED = """INSERT INTO governance_huberror (id, error_table, outreach_id, code, message, created_at)
    SELECT gen_random_uuid(), 'outreach.dol_errors', outreach_id, 'NO_MATCH', 'later', now()
    FROM governance_outreach"""
DRIFT = "SELECT count(*) FROM governance.readiness_drift"
PROMOTABLE = "SELECT governance.can_promote(outreach_id, 'OUTREACH') FROM governance_companytarget"


def program(name: str) -> str:
    """Find a program of the server's own version."""
    if not SERVERS.external:
        return str(SERVERS.embedded.postgres.binaries / name)
    version = connection.cursor().connection.info.server_version // 10_000
    packaged = Path(f"/usr/lib/postgresql/{version}/bin", name)
    return str(packaged) if packaged.exists() else shutil.which(name) or name


def ran(command: str, *, folder: Path, database: str) -> None:
    """Run a command of the README on a database, as its owner."""
    name, *arguments = command.format(address=SERVERS.url(OWNER, database)).split()
    ended = subprocess.run(
        [program(name), *arguments],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.fixture
def worked_on(committed_db) -> None:
    """Errors at several tables, an operation that ran, and what it left; a company that waits to be counted anew."""
    company = make.promotable()
    make.archived()
    for table in make.CODES:
        make.errors(3, table)
    asked = {"by": make.triager(), "reason": "DATA_QUALITY"}
    runner.run(plans.make("park", errors=make.errors(5), **asked))
    owner.corrupts(company.pk, filled_slots=0)
    with SERVERS.superuser(SERVERS.database) as holder, holder.transaction():
        holder.execute("SELECT FROM governance_readiness FOR UPDATE")
        owner.leaves(company.pk)


@pytest.fixture
def restored(worked_on, tmp_path) -> Iterator[str]:
    """The name of the restored database."""
    name = f"{SERVERS.database}_restored"
    with SERVERS.superuser() as superuser:
        drop(superuser, name)
        statement = sql.SQL("CREATE DATABASE {} OWNER {}")
        superuser.execute(statement.format(sql.Identifier(name), sql.Identifier(OWNER)))
        try:
            ran(COMMANDS["pg_dump"], folder=tmp_path, database=SERVERS.database)
            ran(COMMANDS["pg_restore"], folder=tmp_path, database=name)
            yield name
        finally:
            connection.close()
            connection.settings_dict["NAME"] = SERVERS.database
            drop(superuser, name)


def held(database: str) -> dict[str, object]:
    """Every row by digest, and what stands beside the rows."""
    with psycopg.connect(SERVERS.url(OWNER, database)) as own:
        tables = [name for (name,) in own.execute(TABLES)]
        found: dict[str, object] = {
            name: own.execute(DIGEST.format(name)).fetchone() for name in tables
        }
        return found | {
            "sequences": own.execute(SEQUENCES).fetchall(),
            "constraints": own.execute(CHECKS).fetchall(),
            "indexes": own.execute(INDEXES).fetchall(),
            "rights": own.execute(RIGHTS).fetchall(),
            "drift": own.execute(DRIFT).fetchone(),
        }


def test_the_restored_database_is_the_same_down_to_the_marks_of_migrate_and_goes_on(restored):
    before, texts = held(SERVERS.database), schema.read(schema.TEXTS[:2])
    after = held(restored)
    connection.close()
    connection.settings_dict["NAME"] = restored

    assert after == before
    assert before["governance_huberror"][0] == 20
    assert before["governance_event"][0] > 20
    assert before["governance.readiness_due"][0] == 1
    # functions and triggers, each as enabled as it was
    assert schema.read(schema.TEXTS[:2]) == texts
    assert upkeep.differing(upkeep.declared()) == []
    with psycopg.connect(SERVERS.url(RUNNING, restored)) as running:
        assert running.execute(PROMOTABLE).fetchall() == [(False,)]
        running.execute("SELECT governance.settle_readiness()")
        assert running.execute(PROMOTABLE).fetchall() == [(True,)]
        assert running.execute(FILED).rowcount > 0
        assert running.execute(DRIFT).fetchone() == (0,)


def test_the_readme_says_how():
    readme = (ROOT / "README.md").read_text()
    addresses = {"pg_dump": '"$DATABASE_OWNER_URL"', "pg_restore": '"$NEW_OWNER_URL"'}

    for name, command in COMMANDS.items():
        assert command.format(address=addresses[name]) in readme
