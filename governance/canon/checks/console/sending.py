"""A report on its way to a console: one request, to that address and no other."""

import json
import os
import threading
from collections.abc import Callable
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from governance.canon.checks import reports
from governance.canon.checks.findings import Unchecked

# the environment variable that holds it
VARIABLE = "OUTREACH_TOKEN"
ADDRESS = "api/canon/checks/"
SCHEMES = ("http", "https")
# seconds
PATIENCE = 60
LONGEST_SAID = 500
# bytes of an answer
LARGEST = 1_000_000
# what tells of changes, in the order of the sentence
CHANGES = {
    "opened": "{} opened",
    "closed": "{} closed",
    "newly_waived": "{} newly waived",
}


class NotFollowed(HTTPRedirectHandler):
    """Leaves an answer that leads elsewhere as it is: the token is for one console."""

    def redirect_request(self, *given: Any, **more: Any) -> None:
        """Follow nothing."""


def send(text: str, console: str) -> str:
    """Send a report to a console and return a sentence with the address where it lies. Raises Unchecked, with why it could not."""
    try:
        _demand_size(text)
        answer = _in_time(lambda: _answer(text, console), console)
        return _sentence(answer, console)
    except Unchecked as reason:
        raise Unchecked(f"The report was not sent: {reason}") from reason


def _demand_size(text: str) -> None:
    # a console refuses it unread, and who is still sending hears no reason
    most = reports.LARGEST
    if len(text) > most:
        said = f"it has {len(text):,} bytes, and a console takes {most:,}"
        raise Unchecked(f"{said}: check the repository in parts.")


def _in_time(ask: Callable[[], dict[str, Any]], console: str) -> dict[str, Any]:
    """Wait for an answer as a whole: each read of it may take as long by itself."""
    found: list[dict[str, Any] | Unchecked] = []

    def asks() -> None:
        try:
            found.append(ask())
        except Unchecked as reason:
            found.append(reason)

    asking = threading.Thread(target=asks, daemon=True)
    asking.start()
    asking.join(PATIENCE)
    if not found:
        raise Unchecked(f"{console} does not answer within {PATIENCE} s. Try again.")
    if isinstance(found[0], Unchecked):
        raise found[0]
    return found[0]


def _answer(text: str, console: str) -> dict[str, Any]:
    # _address() lets nothing pass but http and https
    request = Request(  # noqa: S310
        _address(console),
        text.encode(),
        _headers(),
        method="POST",
    )
    try:
        with build_opener(NotFollowed).open(request, timeout=PATIENCE) as response:
            return _read(response)
    except HTTPError as refusal:
        with refusal:
            raise Unchecked(_refused(refusal)) from refusal
    except (OSError, HTTPException, ValueError) as reason:
        why = getattr(reason, "reason", None) or reason
        raise Unchecked(f"{console} does not answer ({why}). Try again.") from reason


def _address(console: str) -> str:
    try:
        parts = urlsplit(console)
    except ValueError:
        parts = urlsplit("")
    if "@" in parts.netloc:
        raise Unchecked(f"the address holds a password: {VARIABLE} alone holds what is secret.")
    if parts.scheme not in SCHEMES or not parts.hostname:
        raise Unchecked(f"“{console}” is no address: write it as https://console.example.")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}/{ADDRESS}"


def _headers() -> dict[str, str]:
    token = os.environ.get("OUTREACH_TOKEN", "").strip()
    if not token:
        raise Unchecked(f"{VARIABLE} holds no token; make one with the scope “checks”.")
    if not (token.isascii() and token.isprintable()):
        raise Unchecked(f"{VARIABLE} holds letters that no token has.")
    return {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "Accept": "application/json",
    }


def _read(response: HTTPResponse) -> dict[str, Any]:
    said = _object(response.read(LARGEST))
    if not isinstance(said.get("address"), str):
        raise Unchecked("what answers there is no console.")
    return said


def _object(data: bytes) -> dict[str, Any]:
    try:
        said = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _refused(refusal: HTTPError) -> str:
    """Say what the console says, and which fields it means."""
    said = _object(refusal.read(LARGEST))
    parts = [said.get("detail"), said.get("what_to_do"), *_fields(said.get("errors"))]
    told = " ".join(str(part) for part in parts if part)[:LONGEST_SAID]
    if not told and 300 <= refusal.code < 400:
        told = "it leads elsewhere, and the token goes nowhere else."
    return f"{refusal.code} {told or refusal.reason}"


def _fields(errors: Any) -> list[str]:
    given = errors if isinstance(errors, list) else []
    wrong = (one for one in given if isinstance(one, dict))
    return [f"{one.get('field')}: {one.get('problem')}" for one in wrong]


def _sentence(answer: dict[str, Any], console: str) -> str:
    changes = [
        words.format(answer[name])
        for name, words in CHANGES.items()
        if isinstance(answer.get(name), int)
    ]
    since = f": {', '.join(changes)} since the report before" if changes else ""
    return f"The report is stored at {_place(answer['address'], console)}{since}."


def _place(address: str, console: str) -> str:
    """Give the whole address of a page; what stands under another name than the console's own is left as it is."""
    if "://" in address:
        return address
    parts = urlsplit(console)
    return f"{parts.scheme}://{parts.netloc}/{address.lstrip('/')}"
