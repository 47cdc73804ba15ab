"""Programs that call the API over real connections, timed."""

import http.client
import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from governance.filters.errors import ErrorFilter
from governance.models import HubError
from governance.tables.errors import ErrorTable
from outreach_admin.api import cursors
from tests.bench import addresses

ERRORS = "/api/errors"


@dataclass(frozen=True)
class Call:
    """One request: what it was, how it was answered and after how many seconds; a refusal with its words."""

    kind: str
    status: int
    seconds: float
    refusal: str = ""


class Client:
    """Keeps one connection, as a program does."""

    def __init__(self, site: str, secret: str) -> None:
        self.connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=300)
        self.headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}

    def close(self) -> None:
        """Hang up."""
        self.connection.close()

    def call(self, kind: str, path: str, body: bytes | None = None) -> Call:
        """Send one request and read its whole answer."""
        started = time.perf_counter()
        method = "GET" if body is None else "POST"
        self.connection.request(method, path, body=body, headers=self.headers)
        answer = self.connection.getresponse()
        said = answer.read()
        seconds = time.perf_counter() - started
        refusal = f"{path} {said.decode()}" if answer.status >= 400 else ""
        return Call(kind, answer.status, seconds, refusal)


def bulk(rows: list[dict[str, Any]]) -> bytes:
    """Write the body that creates these rows."""
    return json.dumps({"rows": rows}).encode()


def endpoint_of(address: str) -> str:
    """Write an address of the queue as that of the endpoint, its place in the list as a cursor."""
    pairs = dict.fromkeys(parse_qsl(urlsplit(address).query))
    kept = [pair for pair in pairs if pair[0] not in ("view", "after", "before")]
    place = [pair for pair in pairs if pair[0] in ("after", "before")]
    sort = next((value for name, value in kept if name == "sort"), None)
    if place and sort:
        kept.append(("cursor", _cursor(kept, sort, *place[0])))
    return f"{ERRORS}/?{urlencode(kept)}"


def _cursor(kept: list[tuple[str, str]], sort: str, direction: str, place: str) -> str:
    text = urlencode([pair for pair in kept if pair[0] != "sort"])
    canonical = ErrorFilter.from_text(text, HubError.objects.all()).canonical()
    identity = f"{ERRORS}|{canonical}|{ErrorTable.order_of(sort)[1]}"
    return str(cursors.written(place, direction=direction, of=identity))


def drawn(seed: int) -> list[str]:
    """Draw lists: every filter, every order and every depth."""
    return [endpoint_of(one) for one in addresses.Draw(seed=seed).addresses()]
