"""A disk without room refuses what is written, in words, and nothing else."""

import resource
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from governance.models import ImportFile
from tests import make
from tests.browser import serving
from tests.outreach_admin.web import readers

pytestmark = [pytest.mark.soak, pytest.mark.usefixtures("committed_db", "redis_server")]

ROWS = 100_000
UPLOADS = 10
TOKEN = "a" * 32
PARTING = "----parting"


def programs_of(site: str) -> list[int]:
    """Find the processes that serve that address."""
    bind = f"--bind={site.removeprefix('http://')}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if bind in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except OSError:
            # it ended while it was looked at
            continue
    return found


def allow(site: str, most_bytes: int) -> None:
    """Let the console write no file beyond that size, as a disk without room would."""
    for pid in programs_of(site):
        _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (most_bytes, hard))


def upload(site: str, cookie: str, content: str) -> tuple[int, str]:
    parts = {
        'name="csrfmiddlewaretoken"': TOKEN,
        'name="file"; filename="large.csv"\r\nContent-Type: text/csv': content,
    }
    body = "".join(
        f"--{PARTING}\r\nContent-Disposition: form-data; {head}\r\n\r\n{text}\r\n"
        for head, text in parts.items()
    )
    request = urllib.request.Request(
        f"{site}/errors/import/",
        data=f"{body}--{PARTING}--\r\n".encode(),
        headers={
            "Cookie": f"{cookie}; csrftoken={TOKEN}",
            "Content-Type": f"multipart/form-data; boundary={PARTING}",
        },
    )
    return answer_to(request)


def answer_to(request: urllib.request.Request) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(request, timeout=120) as page:
            return page.status, page.read().decode()
    except urllib.error.HTTPError as page:
        with page:
            return page.code, page.read().decode()


def test_uploads_that_find_no_room_are_refused_in_words_until_there_is_room():
    cookie = readers.signed_in(make.triager())
    content = "error_table,code\n" + f"{make.DOL},NO_MATCH\n" * ROWS

    with serving() as site:
        allow(site, 1024**2)
        refused = [upload(site, cookie, content) for _ in range(UPLOADS)]
        page = urllib.request.Request(f"{site}/errors/import/", headers={"Cookie": cookie})
        looked_at, _ = answer_to(page)
        _, health = answer_to(urllib.request.Request(f"{site}/healthz/"))
        allow(site, resource.RLIM_INFINITY)
        taken, _ = upload(site, cookie, content)

    assert {status for status, _ in refused} == {503}
    assert all("no room left on the disk" in words for _, words in refused)
    assert looked_at == 200 and '"writes": "no room: ' in health
    assert taken == 200 and [file.good for file in ImportFile.objects.all()] == [ROWS]
