"""Local servers: started with the first user, stopped with the last, whatever happens in between."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from outreach_admin.embedded import programs
from outreach_admin.exceptions import ServerRefused
from tests.outreach_admin.embedded.conftest import as_superuser, postmaster, redis_pid
from tests.servers import ROOT

pytestmark = pytest.mark.local_servers

USER = """
import sys
from pathlib import Path
from outreach_admin.embedded import EmbeddedServers
EmbeddedServers(Path(sys.argv[1]), durable=False).acquire()
print("ready", flush=True)
sys.stdin.read()
"""
LISTENING = "0A"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def listens_on_tcp(pid: int) -> bool:
    links = [str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir()]
    sockets = {
        link.removeprefix("socket:[").rstrip("]") for link in links if link.startswith("socket:[")
    }
    rows = [
        line.split()
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]
    ]
    return any(row[9] in sockets and row[3] == LISTENING for row in rows)


def test_the_first_user_starts_them_and_the_last_one_stops_them(servers):
    first, last = servers(), servers()

    first.acquire()
    last.acquire()
    first.release()
    between = (last.postgres.is_running(), last.redis.is_running())
    last.release()

    assert between == (True, True)
    assert not last.postgres.is_running() and not last.redis.is_running()
    assert not last.socket_folder.exists()


def test_a_user_that_was_killed_no_longer_counts(servers):
    ours = servers()
    ours.acquire()
    other = subprocess.Popen(
        [sys.executable, "-c", USER, str(ours.data_folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with other:
        assert other.stdout.readline() == "ready\n"
        other.send_signal(signal.SIGKILL)

    ours.release()

    assert not ours.postgres.is_running()


def test_servers_that_were_killed_start_again_with_what_was_committed(servers):
    before, after = servers(durable=True), servers(durable=True)
    before.acquire()
    with as_superuser(before) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS id")
    with before.redis._client() as client:
        client.set("kept", "too")
    killed = [postmaster(before), redis_pid(before)]
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    assert programs.wait_until(lambda: not any(map(programs.is_alive, killed)), seconds=10)

    after.acquire()

    with as_superuser(after) as connection:
        assert connection.execute("SELECT id FROM kept").fetchall() == [(1,)]
    with after.redis._client() as client:
        assert client.get("kept") == b"too"
    assert postmaster(after) != killed[0]


def test_the_last_user_leaves_killed_servers_without_complaint(servers):
    user = servers()
    user.acquire()
    for pid in (postmaster(user), redis_pid(user)):
        os.kill(pid, signal.SIGKILL)
    assert programs.wait_until(lambda: user.gone() == ["postgres", "redis"], seconds=10)

    user.release()

    assert not user.socket_folder.exists()


def test_a_lock_left_behind_with_the_number_of_another_program_is_no_obstacle(servers):
    ours = servers(which=("postgres",))
    ours.acquire()
    ours.release()
    (ours.postgres.cluster / "postmaster.pid").write_text(f"{os.getpid()}\n")

    ours.acquire()

    assert ours.postgres.is_running()
    assert postmaster(ours) != os.getpid()


def test_a_first_start_that_was_broken_off_is_begun_anew(servers):
    ours = servers(which=("postgres",))
    half_made = ours.data_folder / "postgres.new"
    (half_made / "base").mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n")

    ours.acquire()

    assert ours.postgres.is_running()
    assert not half_made.exists()


def test_two_data_folders_have_servers_of_their_own(servers):
    one, two = servers("one"), servers("two")

    one.acquire()
    two.acquire()
    one.release()

    assert two.postgres.is_running() and two.redis.is_running()
    assert one.socket_folder != two.socket_folder
    assert one.secrets.get("postgres_outreach_app") != two.secrets.get("postgres_outreach_app")


def test_they_listen_on_no_network_and_never_run_as_root(servers):
    ours = servers()

    ours.acquire()

    for pid in (postmaster(ours), redis_pid(ours)):
        assert not listens_on_tcp(pid)
        assert Path(f"/proc/{pid}").stat().st_uid != 0


def test_only_their_owner_may_look_into_their_folders(servers):
    ours = servers()

    ours.acquire()

    for folder in (
        ours.socket_folder,
        ours.postgres.cluster,
        ours.redis.folder,
        ours.postgres.log.parent,
    ):
        assert mode(folder) == 0o700
    assert mode(ours.data_folder) == (0o711 if ours.account else 0o700)
    for file in (
        ours.secrets.path,
        ours.postgres.cluster / "outreach.conf",
        ours.redis.folder / "redis.conf",
    ):
        assert mode(file) == 0o600


def test_nobody_signs_in_without_the_password(servers):
    ours = servers(which=("postgres",))
    ours.acquire()

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(**{**ours.postgres.connection("outreach_owner"), "password": "guessed"})


def test_a_cluster_of_another_version_is_refused_and_left_alone(servers):
    ours = servers(which=("postgres",))
    ours.acquire()
    ours.release()
    (ours.postgres.cluster / "PG_VERSION").write_text("9\n")

    with pytest.raises(ServerRefused, match="made by PostgreSQL 9, this is 1"):
        ours.acquire()

    assert (ours.postgres.cluster / "base").is_dir()
