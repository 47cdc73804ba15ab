"""Everything that is checked of one module of Python, or of one cell."""

from collections.abc import Iterator

from governance.canon.checks.code import (
    addresses,
    imports,
    patterns,
    syntax,
)
from governance.canon.checks.dependencies import inline
from governance.canon.checks.findings import (
    Finding,
    Read,
    unreadable,
)
from governance.canon.checks.known import Known
from outreach_admin.disk import sources
from outreach_admin.disk.sources import Fault


def check(
    data: bytes,
    known: Known,
) -> Read:
    """Check a file of Python; one that cannot be read is a finding too."""
    text = sources.decoded(data)
    if isinstance(text, Fault):
        return Read((unreadable(text.reason),), data.count(b"\n") + 1)
    return Read(tuple(of_text(text, known)), text.count("\n") + 1)


def of_text(
    text: str,
    known: Known,
) -> Iterator[Finding]:
    """Check Python code, and what it says of its packages; nothing of it is run."""
    yield from inline.check(text, known)
    tree = sources.parsed(text)
    if isinstance(tree, Fault):
        yield unreadable(tree.reason, line=tree.line)
        return
    try:
        found = syntax.read(tree, text)
        yield from imports.check(found, known)
        yield from addresses.check(found, known)
        yield from patterns.check(found, known)
    except RecursionError:
        yield unreadable(sources.TOO_DEEP)
