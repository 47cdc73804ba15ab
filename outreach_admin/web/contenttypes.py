"""Content types as programs state them: what cannot be read is unknown bytes, which no endpoint takes."""

import codecs
from collections.abc import Callable, Iterable
from typing import Any

from django.utils.http import parse_header_parameters

STATED = "CONTENT_TYPE"
UNKNOWN = "application/octet-stream"
# the names that codecs go by
READ = ("utf-8", "ascii")

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def reading(application: Application) -> Application:
    """Serve `application` no content type that breaks it: it would, before a page could answer."""

    def read(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if STATED in environ:
            environ[STATED] = readable(environ[STATED])
        return application(environ, start_response)

    return read


def readable(stated: str) -> str:
    """Return a content type as it is, or that of unknown bytes where its words or its charset are none that is read here."""
    try:
        _, members = parse_header_parameters(stated)
        charset = codecs.lookup(members.get("charset") or "utf-8").name
    except (ValueError, LookupError):
        return UNKNOWN
    return stated if charset in READ else UNKNOWN
