"""States of things as entity tags: who edits says which state was seen."""

import hashlib

from rest_framework.request import Request

from outreach_admin.exceptions import Refused

# what servers on the way add where they compress
SUFFIXES = ("-gzip", "-br", "-zstd", "-deflate", ";gzip")


def tag_of(*facts: object) -> str:
    """Write a tag of what makes up a state."""
    text = "|".join(map(str, facts))
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'


def refuse_unless(request: Request, tag: str) -> None:
    """Refuse (412) where If-Match names other states than this one; without If-Match nothing is asked."""
    given = request.headers.get("If-Match", "")
    if not given or given.strip() == "*":
        return
    if _plain(tag) not in map(_plain, given.split(",")):
        raise Refused(
            "It has changed since you read it. Nothing was done.",
            what_to_do="Read it again, and send If-Match with its ETag.",
            status=412,
        )


def _plain(tag: str) -> str:
    """Take off what compression adds: a weak mark, a suffix within the quotes or behind them."""
    text = tag.strip().removeprefix("W/")
    for suffix in SUFFIXES:
        text = text.replace(f'{suffix}"', '"').removesuffix(suffix)
    return text.strip('"')
