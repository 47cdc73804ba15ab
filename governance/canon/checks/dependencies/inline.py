"""What a script says of itself in a comment, by PEP 723: the packages that it is run with."""

import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import replace

from governance.canon.checks.dependencies import manifests
from governance.canon.checks.dependencies.met import (
    Met,
    Unclear,
    Unread,
)
from governance.canon.checks.dependencies.tables import (
    listed,
    toml,
    walk,
)
from governance.canon.checks.findings import Finding
from governance.canon.checks.known import Known

NEWLINE = re.compile(r"\r\n|\r|\n")
BEGIN = "# /// script"
END = "# ///"
TABLES = (
    ("dependencies",),
    ("tool", "uv", "dev-dependencies"),
    ("tool", "uv", "constraint-dependencies"),
    ("tool", "uv", "override-dependencies"),
)


def check(
    text: str,
    known: Known,
) -> Iterator[Finding]:
    """Find what such a comment requires; a second one makes both void, and is said."""
    if BEGIN not in text:
        return
    lines = NEWLINE.split(text)
    blocks = [found for number in _comments(text) if (found := _block(lines, number))]
    for number, block in enumerate(blocks):
        begin, content = block
        met = _met(content, is_first=number == 0)
        read = manifests.read(content, [*met], known, lines=0)
        for one in read.findings:
            yield replace(one, line=one.line + begin + 1, column=one.column + 2)


def _comments(text: str) -> Iterator[int]:
    """Give the lines that begin with a comment, from 0 on: a block that stands in a string is only told of."""
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT and token.start[1] == 0:
                yield token.start[0] - 1
    except (tokenize.TokenError, SyntaxError, ValueError):
        # what follows is said to be no Python
        return


def _block(
    lines: list[str],
    begin: int,
) -> tuple[int, str] | None:
    """Return the block that begins in a line, with its number; one that is never closed is none."""
    if lines[begin].rstrip() != BEGIN:
        return None
    end = begin + 1
    while end < len(lines) and _is_comment(lines[end]):
        end += 1
    # the last one of the comment closes it
    closing = [number for number in range(begin + 1, end) if lines[number].rstrip() == END]
    if not closing:
        return None
    return begin, "\n".join(line[2:] for line in lines[begin + 1 : closing[-1]])


def _is_comment(line: str) -> bool:
    return line == "#" or line.startswith("# ")


def _met(
    content: str,
    *,
    is_first: bool,
) -> Met:
    if not is_first:
        yield Unread("has a second block “# /// script”")
    try:
        top = toml(content)
    except Unclear as reason:
        yield Unread(f"has a block “{BEGIN}” that {reason}")
        return
    for path in TABLES:
        yield from walk(top, path, listed)
