"""setup.cfg: what setuptools reads of it."""

import configparser
import re
from collections.abc import Iterator

from governance.canon.checks.dependencies.met import (
    Further,
    Met,
    Unclear,
    Unread,
    requirement,
)
from governance.canon.checks.dependencies.names import named, shown

LISTS = frozenset({"install_requires", "setup_requires", "tests_require"})
OPTIONS = "options"
EXTRAS = "options.extras_require"
FILE = "file:"
# setuptools reads these from no attribute
ATTRIBUTE = "attr:"
COMMENT = re.compile(r"(^|\s)#.*$")


def read(text: str) -> Met:
    """Read the requirements of a setup.cfg. Raises Unclear."""
    parser = _parsed(text)
    for option, value in _options(parser):
        if value is None:
            yield Unread(f"has no value as {shown(option)}")
        elif value.strip().startswith(FILE):
            yield from _files(value.strip().removeprefix(FILE))
        else:
            for line in _listed(value):
                yield from requirement(line, _place(line))


def _parsed(text: str) -> configparser.RawConfigParser:
    """Parse it as setuptools does; other tools take what stands twice in sections of their own."""
    try:
        return _of(text, strict=True)
    except (configparser.DuplicateSectionError, configparser.DuplicateOptionError) as reason:
        if reason.section.startswith(OPTIONS):
            raise Unclear(f"has {shown(reason.section)} twice, or an option of it") from reason
        return _of(text, strict=False)


def _of(
    text: str,
    *,
    strict: bool,
) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(strict=strict, allow_no_value=True)
    try:
        parser.read_string(text)
    except (configparser.DuplicateSectionError, configparser.DuplicateOptionError):
        raise
    except configparser.Error as reason:
        raise Unclear("is not written as setup.cfg is") from reason
    return parser


def _options(parser: configparser.RawConfigParser) -> Iterator[tuple[str, str | None]]:
    """Give the options that hold requirements; setuptools takes their names with dashes too."""
    if parser.has_section(OPTIONS):
        for name, value in parser.items(OPTIONS):
            if name.replace("-", "_") in LISTS:
                yield name, value
    if parser.has_section(EXTRAS):
        yield from parser.items(EXTRAS)


def _files(names: str) -> Met:
    for name in filter(None, map(str.strip, names.split(","))):
        yield Further(name, rf"[:,\s](?P<name>{re.escape(name)})\s*(?:$|,)")


def _listed(option: str) -> Iterator[str]:
    # as setuptools splits them: in one line by semicolons, else by lines
    lines = option.split("\n") if "\n" in option else option.split(";")
    for line in lines:
        if bare := COMMENT.sub("", line).strip():
            yield bare


def _place(line: str) -> str:
    found = named(line)
    name = found[0] if found else line
    begin, _, end = line.partition(name)
    return rf"(?:^|[=;,\s]){re.escape(begin)}(?P<name>{re.escape(name)}){re.escape(end)}"
