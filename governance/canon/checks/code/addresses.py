"""Addresses in code: those of vendors that must not be called, and calls to hosts that no tool declares."""

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from governance.canon.checks.code.syntax import Syntax
from governance.canon.checks.findings import Finding, Rule
from governance.canon.checks.known import Known

API = re.compile(r"api\d*|api-.*|.*-api", re.IGNORECASE)
API_PATH = re.compile(rf"{API.pattern}|v\d+(?:\.\d+)?", re.IGNORECASE)
SCHEMES = ("http://", "https://", "ws://", "wss://")
# what calls others by HTTP
CLIENTS = (
    "aiohttp.",
    "http.client.",
    "httplib2.",
    "httpx.",
    "niquests.",
    "requests.",
    "treq.",
    "urllib.request.",
    "urllib3.",
)
# these take a host without a scheme
CONNECTIONS = ("http.client.HTTPConnection", "http.client.HTTPSConnection")
# of a browser's page; nothing else has such a method
VISITS = "goto"
GIVEN = ("url", "base_url", "host")
# answered by nobody outside: RFC 2606, RFC 6761, RFC 6762, and names of one network
RESERVED = ("example", "test", "invalid", "localhost", "local", "internal")
OF_EXAMPLES = ("example.com", "example.net", "example.org")


class Address(NamedTuple):
    host: str
    path: str


def check(
    syntax: Syntax,
    known: Known,
) -> Iterator[Finding]:
    """Find the addresses of such vendors' APIs, wherever they stand, and calls to hosts that no tool declares."""
    written = list(_written(syntax, known))
    yield from written
    names = {one.name for one in written}
    clients = _clients(syntax)
    for call in syntax.calls:
        if _calls_out(call, syntax, clients):
            called = _called(call, syntax, known)
            # one that is put together of several strings is found here alone
            yield from (one for one in called if one.name not in names)


def _written(
    syntax: Syntax,
    known: Known,
) -> Iterator[Finding]:
    for node in (*syntax.strings, *syntax.joined):
        for text in syntax.texts(node):
            address = read(text)
            found = address and is_api(address) and known.host(*address)
            if found:
                yield Finding(
                    found.rule,
                    found.name,
                    *syntax.place(node),
                    found.said,
                )


def read(
    text: str,
    *,
    bare: bool = False,
) -> Address | None:
    """Return host and path of a text that is an address and nothing else."""
    if not bare and not text[:8].lower().startswith(SCHEMES):
        return None
    if any(letter.isspace() for letter in text):
        return None
    try:
        split = urlsplit(f"//{text}" if bare and "://" not in text else text)
        host = split.hostname or ""
    except ValueError:
        return None
    return Address(host.rstrip("."), split.path) if host else None


def is_api(address: Address) -> bool:
    """Whether programs are served there; any other address may be a link, or somebody's website."""
    labels = address.host.split(".")[:-2]
    parts = address.path.split("/")[1:3]
    return any(map(API.fullmatch, labels)) or any(map(API_PATH.fullmatch, parts))


def _clients(syntax: Syntax) -> set[str]:
    """Return the names under which a module holds what can call others."""
    held = {
        _last(target)
        for target, value in syntax.assigned
        if isinstance(value, ast.Call) and syntax.dotted(value.func).startswith(CLIENTS)
    }
    typed = {
        name
        for name, annotation in syntax.annotated
        if syntax.dotted(annotation).startswith(CLIENTS)
    }
    return (held | typed) - {""}


def _calls_out(call: ast.Call, syntax: Syntax, clients: set[str]) -> bool:
    if syntax.dotted(call.func).startswith(CLIENTS):
        return True
    if not isinstance(call.func, ast.Attribute):
        return False
    return call.func.attr == VISITS or _last(call.func.value) in clients


def _last(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _called(
    call: ast.Call,
    syntax: Syntax,
    known: Known,
) -> Iterator[Finding]:
    bare = syntax.dotted(call.func) in CONNECTIONS
    given = [*call.args[:2], *(one.value for one in call.keywords if one.arg in GIVEN)]
    for node in given:
        for text in dict.fromkeys(syntax.texts(node)):
            address = read(text, bare=bare)
            if address:
                yield from _undeclared(address, syntax.place(node), known)


def _undeclared(
    address: Address,
    place: tuple[int, int],
    known: Known,
) -> Iterator[Finding]:
    if found := known.host(*address):
        yield Finding(
            found.rule,
            found.name,
            *place,
            found.said,
        )
    elif is_outside(address.host) and not known.is_declared(*address):
        said = f"No tool of the canon is called at {address.host}, and what is not listed is banned. Instead: a tool of docs/canon.md, or a change to toolbox.yaml."
        yield Finding(
            Rule.TOOL,
            address.host,
            *place,
            said,
        )


def is_outside(host: str) -> bool:
    """Whether a host can be somebody else's: no address of this machine or network, no name kept for examples."""
    if "." not in host:
        return ":" in host and not _is_own(host)
    labels = host.split(".")
    if labels[-1] in RESERVED or ".".join(labels[-2:]) in OF_EXAMPLES:
        return False
    return not _is_own(host)


def _is_own(host: str) -> bool:
    if not (":" in host or host[-1:].isdigit()):
        return False
    from ipaddress import ip_address

    try:
        return not ip_address(host).is_global
    except ValueError:
        return False
