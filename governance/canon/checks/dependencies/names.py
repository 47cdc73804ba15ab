"""One requirement, as pip and PEP 508 write it: which package it names, and whether it can be read at all."""

import re
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
REQUIREMENT = re.compile(rf"\s*(?P<name>{NAME})\s*(?:$|[\[<>=!~;@(,\s])")
EDITABLE = re.compile(r"^\s*(?:-e|--editable)[\s=]+")
EGG = re.compile(rf"[#&]egg=(?P<name>{NAME})")
DISTRIBUTION = re.compile(rf"^(?P<name>{NAME}?)-\d[^-]*(?:-.+)?\.(?:whl|tar\.gz|zip|tar\.bz2|tgz)$")
ARCHIVES = (".whl", ".gz", ".zip", ".bz2", ".tgz")
# what is written without going back: whoever writes the file chooses how long it is
SPACE = r"\s*+"
VERSION = rf"(?:===|~=|[=!<>]=|[<>]){SPACE}[^\s,;()\[\]<>=!~]+{SPACE}"
VERSIONS = rf"{VERSION}(?:,{SPACE}{VERSION})*+,?{SPACE}"
EXTRAS = rf"(?:\[[\w\s.,-]*\]{SPACE})?"
MARKER = r"(?:;.*(?:[<>=]|\bin\b).*)?"
BY_NAME = re.compile(
    rf"{NAME}{SPACE}{EXTRAS}(?:\({SPACE}(?:{VERSIONS})?\){SPACE}|{VERSIONS})?{MARKER}", re.DOTALL
)
BY_ADDRESS = re.compile(rf"{NAME}{SPACE}{EXTRAS}@{SPACE}\S.*", re.DOTALL)
ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://.+|file:.+", re.IGNORECASE | re.DOTALL)
# as pip tells them from names
PATH = re.compile(
    r"[.~/\\].*|[A-Za-z]:[/\\].*|[^\s/\\]*+[/\\]\S*+(?:\s*+;.*)?|\S*(?:\.whl|\.zip|\.gz|\.bz2|\.tgz)",
    re.DOTALL,
)
FORMS = (BY_NAME, BY_ADDRESS, ADDRESS, PATH)
SECRET = re.compile(r"//[^/@\s]*@")
# characters of a line that a report shows
SHOWN = 80
# characters of the name of a file
LONGEST_FILE = 255


def named(requirement: str) -> tuple[str, int] | None:
    """Return the package that a requirement names, and the column of the name; None for options and what names none."""
    start = 0
    if editable := EDITABLE.match(requirement):
        start = editable.end()
    elif requirement.lstrip().startswith("-"):
        return None
    rest = requirement[start:].rstrip(" \\")
    if found := REQUIREMENT.match(rest):
        return found["name"], start + found.start("name") + 1
    name = _of_address(rest.strip())
    return (name, start + len(rest) - len(rest.lstrip()) + 1) if name else None


def _of_address(address: str) -> str:
    """Return the package that an address or a path leads to, by its egg, its file or its last folder."""
    if egg := EGG.search(address):
        return egg["name"]
    if "/" not in address and "\\" not in address and not address.endswith(ARCHIVES):
        return ""
    try:
        path = unquote(urlsplit(address).path)
    except ValueError:
        return ""
    last = PurePosixPath(path.replace("\\", "/")).name
    if len(last) > LONGEST_FILE:
        return ""
    if distribution := DISTRIBUTION.match(last):
        return distribution["name"]
    return last.partition("@")[0].removesuffix(".git")


def is_sound(requirement: str) -> bool:
    """Whether a requirement can be read: a name, an address or a path, with what may follow it."""
    bare = EDITABLE.sub("", requirement).strip()
    return any(form.fullmatch(bare) for form in FORMS)


def shown(text: str) -> str:
    """Write what somebody else wrote as a report may show it: short, on one line, without what signs in."""
    bare = SECRET.sub("//", " ".join(text.split()))
    short = bare if len(bare) <= SHOWN else f"{bare[: SHOWN - 1]}…"
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in short)
