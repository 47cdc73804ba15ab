"""Who never reads a download costs the console a seat for a while, and nobody else anything."""

import socket
import time
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import pytest

from governance.models import ExportFile
from tests import make
from tests.browser import serving, wait_for
from tests.outreach_admin.web import readers

pytestmark = pytest.mark.usefixtures("committed_db", "redis_server")

SECONDS = 2
IMPATIENT = {"CLIENT_TIMEOUT": str(SECONDS)}


def get(address: str, cookie: str = "") -> tuple[int, str]:
    try:
        request = urllib.request.Request(address, headers={"Cookie": cookie})
        with urllib.request.urlopen(request, timeout=30) as page:
            return page.status, page.read().decode()
    except urllib.error.HTTPError as page:
        with page:
            return page.code, page.read().decode()


@pytest.fixture
def triager():
    return make.triager()


@pytest.fixture
def path(triager) -> str:
    return f"/imports/{readers.large_import(triager).pk}/rows/"


def test_readers_that_never_read_leave_threads_and_connections_to_the_pages(triager, path):
    others = [make.triager() for _ in range(3)]
    cookies = [readers.signed_in(user) for user in (triager, *others)]

    with serving() as site, readers.never_reading(site, path, cookies * 4) as statuses:
        begun = time.monotonic()
        page, _ = get(f"{site}/errors/import/", cookies[0])
        _, health = get(f"{site}/healthz/")

    assert sorted(statuses) == [200] * 4 + [429] * 12
    assert page == 200 and time.monotonic() - begun < 15
    assert '"database": "ok"' in health


def test_a_download_under_way_holds_no_connection_of_the_pool(triager, path):
    cookie = readers.signed_in(triager)

    with (
        serving({"DATABASE_POOL": "1"}) as site,
        readers.never_reading(site, path, [cookie]) as statuses,
    ):
        page, _ = get(f"{site}/errors/import/", cookie)

    assert (statuses, page) == ([200], 200)


def test_a_download_that_nobody_reads_ends_after_the_stated_time(triager, path):
    cookie = readers.signed_in(triager)

    with (
        serving(IMPATIENT | {"DOWNLOADS": "1"}) as site,
        readers.never_reading(site, path, [cookie]) as statuses,
    ):
        refused, words = get(site + path, cookie)
        wait_for(lambda: get(site + path, cookie)[0] == 200, seconds=5 * SECONDS)

    assert (statuses, refused) == ([200], 429)
    assert "1 download is under way" in words


@pytest.mark.soak
def test_sixteen_readers_that_never_read_come_back_for_ten_rounds(triager, path):
    cookies = [readers.signed_in(make.triager()) for _ in range(16)]

    with serving(IMPATIENT) as site:
        for _ in range(10):
            with readers.never_reading(site, path, cookies) as statuses:
                assert get(f"{site}/errors/import/", cookies[0])[0] == 200
                wait_for(lambda: get(site + path, cookies[0])[0] == 200, seconds=5 * SECONDS)
            assert sorted(set(statuses)) == [200, 429]


def test_who_sends_half_a_request_is_cut_off(triager):
    with serving(IMPATIENT) as site, socket.socket() as caller:
        where = urlsplit(site)
        caller.settimeout(10 * SECONDS)
        caller.connect((where.hostname, where.port))
        caller.sendall(
            f"POST /sign-in/ HTTP/1.1\r\nHost: {where.netloc}\r\n"
            f"Cookie: csrftoken={'a' * 32}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\n".encode()
        )

        answer = b"".join(iter(lambda: caller.recv(4096), b""))

    assert answer.startswith(b"HTTP/1.1 403")


def test_a_file_written_before_needs_a_seat_too(triager, settings, client):
    settings.DOWNLOADS = 0
    folder = settings.MEDIA_ROOT / "exports"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "1-x.xlsx").write_bytes(b"PK")
    user = make.analyst()
    file = ExportFile.objects.create(
        subject="errors", format="xlsx", requester=user, state="ready", path="exports/1-x.xlsx"
    )
    client.force_login(user)

    assert client.get(f"/exports/{file.pk}/file/").status_code == 429
    settings.DOWNLOADS = 1
    for _ in range(2):
        assert b"".join(client.get(f"/exports/{file.pk}/file/").streaming_content) == b"PK"


def raw(site: str, head: str) -> str:
    """Send a request as it stands, and read the answer to its end."""
    place = urlsplit(site)
    with socket.create_connection((place.hostname, place.port), timeout=30) as door:
        door.sendall(head.encode())
        return b"".join(iter(lambda: door.recv(65_536), b"")).decode()


def test_what_is_too_long_to_read_is_said_on_a_page_of_ours(triager):
    cookie = readers.signed_in(triager)
    fits, beyond = (f"/errors/?code={'x-1234&code=' * number}y" for number in (650, 9_000))

    with serving() as site:
        status, _ = get(site + fits, cookie)
        long_address = raw(site, f"GET {beyond} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        long_cookie = raw(site, f"GET / HTTP/1.1\r\nHost: a\r\nCookie: a={'x' * 20_000}\r\n\r\n")

    assert status == 200 and len(fits) > 7_500
    assert long_address.startswith("HTTP/1.1 414 ")
    assert "This address is too long" in long_address and "8,190 characters" in long_address
    assert long_cookie.startswith("HTTP/1.1 431 ")
    assert "The browser sent too much along" in long_cookie
