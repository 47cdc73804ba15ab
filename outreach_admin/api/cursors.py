"""Place markers of lists as one opaque text: direction, filter and place."""

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass

from outreach_admin.exceptions import BadRequest

LONGEST = 4_000


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: after a row of a list, or before one."""

    after: str | None = None
    before: str | None = None


def written(place: str | None, *, direction: str, of: str) -> str | None:
    """Write a cursor to a place in the list whose filter, order and size `of` names; None for none."""
    if place is None:
        return None
    packed = json.dumps([direction, _digest(of), place])
    return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def read(text: str | None, *, of: str) -> Cursor:
    """Read a cursor back. Raises BadRequest for a broken or empty one and for one of another list or filter."""
    if text is None:
        return Cursor()
    direction, digest, place = _unpacked(text)
    if digest != _digest(of):
        raise BadRequest(
            "This cursor belongs to another filter or order. Nothing is selected.",
            what_to_do="Send the cursor with the filter it came from, or begin without one.",
            key="cursor",
        )
    return Cursor(**{direction: place})


def _unpacked(text: str) -> list[str]:
    try:
        if len(text) > LONGEST:
            raise ValueError("too long")
        padded = text + "=" * (-len(text) % 4)
        parts = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        direction, digest, place = parts
        if direction not in ("after", "before") or not isinstance(place, str):
            raise ValueError("not written here")
    except (ValueError, TypeError, RecursionError, binascii.Error) as reason:
        raise BadRequest(
            "This is not a cursor of a list. Nothing is selected.",
            what_to_do="Begin without one.",
            key="cursor",
        ) from reason
    return [direction, digest, place]


def _digest(of: str) -> str:
    return hashlib.sha256(of.encode()).hexdigest()[:16]
