"""Manifests and locks: what pyproject.toml, setup.cfg, setup.py, Pipfile and the locks of uv, poetry, pdm and pipenv require."""

import re
from collections.abc import Callable

from governance.canon.checks.dependencies import (
    locks,
    pyproject,
    setup_cfg,
    setup_py,
)
from governance.canon.checks.dependencies.met import (
    Further,
    Met,
    Place,
    Required,
    Unclear,
    Unread,
)
from governance.canon.checks.dependencies.requirements import (
    finding,
    first,
    text_of,
)
from governance.canon.checks.findings import (
    Finding,
    Include,
    Read,
    unreadable,
)
from governance.canon.checks.known import Known

NEWLINE = re.compile(r"\r\n|\r|\n")
READERS: dict[str, Callable[[str], Met]] = {
    "pyproject.toml": pyproject.read,
    "setup.cfg": setup_cfg.read,
    "setup.py": setup_py.read,
    "Pipfile": locks.of_pipfile,
    "Pipfile.lock": locks.of_pipfile_lock,
    "uv.lock": locks.of_uv,
    "poetry.lock": locks.of_poetry,
    "pdm.lock": locks.of_pdm,
    "pylock.toml": locks.of_pylock,
}


class Text:
    """The text of a manifest, in which names are found again: its parsers keep no lines."""

    def __init__(self, text: str) -> None:
        self.lines = NEWLINE.split(text)
        self.taken: dict[str, tuple[int, int]] = {}

    def place(self, said: Place) -> tuple[int, int]:
        """Return line and column of the next match of a pattern; each is found once."""
        if not isinstance(said, str):
            return said
        line, column = self.taken.get(said, (0, 0))
        wanted = re.compile(said)
        for number in range(line, len(self.lines)):
            start = column if number == line else 0
            bare = self.lines[number]
            if not bare.lstrip().startswith("#") and (found := wanted.search(bare, start)):
                self.taken[said] = number, found.end()
                return number + 1, max(map(found.start, wanted.groupindex)) + 1
        return 1, 1


def check(
    name: str,
    data: bytes,
    known: Known,
) -> Read:
    """Check a manifest by the name of its file; what of it cannot be read is a finding too."""
    text = text_of(data)
    lines = text.count("\n") + 1
    try:
        met = list(READERS[name](text))
    except Unclear as unclear:
        return Read((unreadable(str(unclear)),), lines)
    return read(text, met, known, lines)


def read(
    text: str,
    met: list[Required | Further | Unread],
    known: Known,
    lines: int,
) -> Read:
    """Find again in a text what was met in it."""
    # one name can be both required and wrong, at the same place
    places, apart = Text(text), Text(text)
    found: list[Finding] = []
    unread: dict[Unread, Finding] = {}
    included: list[Include] = []
    for one in met:
        if isinstance(one, Required):
            if sighting := known.package(one.name):
                found.append(finding(sighting, *places.place(one.place)))
        elif isinstance(one, Further):
            included.append(Include(one.file, *places.place(one.place)))
        elif one not in unread:
            unread[one] = _unread(one, apart)
    return Read(
        (*found, *first([*unread.values()])),
        lines,
        tuple(included),
    )


def _unread(
    one: Unread,
    places: Text,
) -> Finding:
    line, column = places.place(one.place)
    return unreadable(one.reason, line=line, column=column)
