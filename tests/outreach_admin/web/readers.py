"""People who ask for a file and never read it, and a file large enough for no buffer to swallow it."""

import contextlib
import socket
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from django.db import connection
from django.test import Client

from governance.models import ImportFile

ROWS = 40_000
LETTERS = 300
COOKIE = "sessionid"


def large_import(by) -> ImportFile:
    """Stage a file of 12 MB."""
    file = ImportFile.objects.create(
        name="large.csv", digest="", size=1, rows=ROWS, good=ROWS, requester=by
    )
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO governance_importrow (file_id, number, subject_id, data)
            SELECT %s, n, gen_random_uuid(), jsonb_build_object('code', 'X', 'message', repeat('x', %s))
            FROM generate_series(1, %s) n""",
            [file.pk, LETTERS, ROWS],
        )
    return file


def signed_in(user) -> str:
    """Sign somebody in; returns the cookie."""
    client = Client()
    client.force_login(user)
    return f"{COOKIE}={client.cookies[COOKIE].value}"


def ask(site: str, path: str, cookie: str) -> socket.socket:
    """Send a request from a socket that takes next to nothing."""
    where = urlsplit(site)
    caller = socket.socket()
    caller.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    caller.settimeout(30)
    caller.connect((where.hostname, where.port))
    request = f"GET {path} HTTP/1.1\r\nHost: {where.netloc}\r\nCookie: {cookie}\r\n\r\n"
    caller.sendall(request.encode())
    return caller


def status_of(caller: socket.socket) -> int:
    """Read the first line of an answer, and nothing else."""
    return int(caller.recv(12).split()[1])


@contextlib.contextmanager
def never_reading(site: str, path: str, cookies: Sequence[str]) -> Iterator[list[int]]:
    """Let each ask for a file and read no further than the status; yields the statuses."""
    with contextlib.ExitStack() as leaving:
        callers = [leaving.enter_context(ask(site, path, cookie)) for cookie in cookies]
        yield [status_of(caller) for caller in callers]
