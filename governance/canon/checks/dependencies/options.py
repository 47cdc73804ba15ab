"""Options in files of requirements, as pip and uv know them: those that name further files, and editable packages."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from governance.canon.checks.dependencies.names import is_sound

INCLUDING = frozenset({"-r", "--requirement", "-c", "--constraint", "--build-constraint"})
EDITABLE = frozenset({"-e", "--editable"})
VALUED = frozenset(
    {
        *INCLUDING,
        *EDITABLE,
        "--allow-external",
        "--allow-unverified",
        "--build-option",
        "-C",
        "--config-setting",
        "--config-settings",
        "--default-index",
        "--exclude-newer",
        "--extra-index-url",
        "-f",
        "--find-links",
        "--global-option",
        "--hash",
        "-i",
        "--index",
        "--index-strategy",
        "--index-url",
        "--install-option",
        "--keyring-provider",
        "--no-binary",
        "--only-binary",
        "--pypi-url",
        "--trusted-host",
        "--uploaded-prior-to",
        "--use-feature",
    }
)
FLAGS = frozenset(
    {
        "--all-releases",
        "--allow-all-external",
        "--always-unzip",
        "--no-build-isolation",
        "--no-cache-dir",
        "--no-deps",
        "--no-index",
        "--no-use-pep517",
        "--no-use-wheel",
        "--only-final",
        "--pre",
        "--prefer-binary",
        "--process-dependency-links",
        "--require-hashes",
        "-U",
        "--upgrade",
        "--use-pep517",
        "--use-wheel",
        "-Z",
    }
)
ALL = VALUED | FLAGS
TOKEN = re.compile(r"""(?:"[^"]*"|'[^']*'|\S)+""")
QUOTES = re.compile("[\"']")
UNKNOWN = "has an option that pip does not know"
EMPTY = "has an option without its value"
STRAY = "has a word among its options that belongs to none"
UNSOUND = "has a requirement that cannot be read"


@dataclass(frozen=True)
class Option:
    """One option: its value, where that begins, and what is wrong with it, if anything is."""

    name: str
    value: str
    start: int
    fault: str = ""


def read(
    text: str,
    start: int,
) -> Iterator[Option]:
    """Read the options of a line from a place on; long ones may be cut short, as pip lets them."""
    tokens = TOKEN.finditer(text, start)
    before = ""
    for token in tokens:
        name, value = _parted(token[0])
        before, whole = _whole(name) or before, _whole(name)
        if before in EDITABLE and not name.startswith("-"):
            # its marker, or a path with spaces
            continue
        at = token.end() - len(value)
        if whole in VALUED and not value:
            following = next(tokens, None)
            value = following[0] if following else ""
            at = following.start() if following else token.start()
        yield _option(whole or name, value, at)


def _parted(token: str) -> tuple[str, str]:
    """Split `--name=value`, and `-nvalue`."""
    if token.startswith("--"):
        name, _, value = token.partition("=")
        return name, value
    return token[:2], token[2:].removeprefix("=")


def _whole(name: str) -> str:
    """Return the name that one stands for; empty where it is not known, or several are."""
    if name in ALL or not name.startswith("--"):
        return name if name in ALL else ""
    fitting = [one for one in ALL if one.startswith(name)]
    return fitting[0] if len(fitting) == 1 and len(name) > 2 else ""


def _option(
    name: str,
    value: str,
    start: int,
) -> Option:
    bare = QUOTES.sub("", value)
    begins = start + len(value) - len(value.lstrip("\"'"))
    return Option(name, bare, begins, _fault(name, bare))


def _fault(name: str, value: str) -> str:
    if name not in ALL:
        return UNKNOWN if name.startswith("-") else STRAY
    if name in VALUED and not value:
        return EMPTY
    return UNSOUND if name in EDITABLE and not is_sound(value) else ""
