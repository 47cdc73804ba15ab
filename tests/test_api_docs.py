"""The examples of docs/api.md, run as they stand there by the shell, against a console that is served."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest

from tests import make
from tests.browser import serving, wait_for
from tests.servers import ROOT
from tests.workers import working

GUIDE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(r"```sh\n(.+?)\n```\n```(json|text)\n(.+?)\n```", re.DOTALL)
WRITTEN = re.compile(r"```sh\n")
ADDRESS = re.compile(r"\$OUTREACH(/[^\s\"'?]*)")
NAME = re.compile(r"\$[A-Z]+")
ANY = "…"
PATIENCE = 60


@dataclass(frozen=True)
class Example:
    """A command and what it is said to answer."""

    command: str
    kind: str
    stated: str

    @property
    def path(self) -> str:
        """Where it calls, with the names of what earlier answers gave."""
        (path,) = ADDRESS.findall(self.command)
        return path

    @property
    def only_reads(self) -> bool:
        """Whether it can be asked again until it answers so."""
        return " -d " not in self.command and "POST" not in self.command


EXAMPLES = [Example(*found) for found in EXAMPLE.findall(GUIDE)]


def pattern(stated: str, known: dict[str, str]) -> str:
    """Write a stated text as a regular expression: any text for an ellipsis, what is known for a name."""
    named = NAME.sub(lambda found: known.get(found.group()[1:], found.group()), stated)
    return ".*".join(map(re.escape, named.split(ANY)))


def fits(stated: Any, real: Any, known: dict[str, str]) -> bool:
    """Tell whether an answer holds all that is stated, and learn what it names."""
    if isinstance(stated, dict):
        return isinstance(real, dict) and all(
            name in real and fits(inner, real[name], known) for name, inner in stated.items()
        )
    if isinstance(stated, list):
        return fits_list(stated, real, known)
    if not isinstance(stated, str):
        return bool(stated == real)
    if NAME.fullmatch(stated) and stated[1:] not in known:
        known[stated[1:]] = str(real)
        return True
    return stated == ANY or bool(re.fullmatch(pattern(stated, known), str(real), re.DOTALL))


def fits_list(stated: list[Any], real: Any, known: dict[str, str]) -> bool:
    """Compare row by row; an ellipsis at the end stands for at least one more."""
    is_open = stated[-1:] == [ANY]
    heads = stated[:-1] if is_open else stated
    if not isinstance(real, list) or (
        len(real) <= len(heads) if is_open else len(real) != len(heads)
    ):
        return False
    return all(fits(one, other, known) for one, other in zip(heads, real, strict=False))


def run(example: Example, known: dict[str, str]) -> str:
    """Run it as it stands."""
    done = subprocess.run(
        ["bash", "-c", example.command],
        env={**os.environ, **known},
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    return done.stdout


def answered(example: Example, known: dict[str, str]) -> str:
    """Run it, and say what came instead of what is stated; empty when all is as stated."""
    came = run(example, known)
    if example.kind == "text":
        is_so = re.fullmatch(pattern(example.stated, known), came.strip(), re.DOTALL)
        return "" if is_so else came
    learnt = dict(known)
    if not fits(json.loads(example.stated), json.loads(came), learnt):
        return came
    known |= learnt
    return ""


@pytest.fixture
def known(committed_db, redis_server) -> Iterator[dict[str, str]]:
    """What the guide begins with: a console with a backlog, and three tokens."""
    ops, manager = make.triager(username="ops"), make.manager(username="manager")
    make.errors(600, make.DOL, outreach=make.outreach())
    make.error(make.DOL, message='No federal filing matches "Example & Sons" in "OH"')
    with ExitStack() as running:
        address = running.enter_context(serving())
        running.enter_context(working())
        yield {
            "OUTREACH": address,
            "OPS": make.token(account=ops, scopes=["read", "triage"])[1],
            "MANAGER": make.token(account=manager, scopes=["read", "approve"])[1],
            "LOADER": make.token(pipeline="loader", scopes=["read", "pipeline"])[1],
            "CI": make.token(pipeline="ci", scopes=["checks"])[1],
        }


def test_the_examples_answer_as_stated(known):
    for example in EXAMPLES:
        wrong = answered(example, known)
        if wrong and example.only_reads:
            wait_for(lambda this=example: not answered(this, known), seconds=PATIENCE)
        else:
            assert not wrong, f"{example.command}\n{wrong}"


def test_every_example_has_its_answer_and_calls_one_address():
    assert len(EXAMPLES) == len(WRITTEN.findall(GUIDE)) >= 15
    assert all(example.path for example in EXAMPLES)


@pytest.mark.parametrize(
    ("stated", "real", "is_so"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, True),
        ({"a": 1}, {"a": 2}, False),
        ({"a": 1}, {}, False),
        ({"a": "…"}, {"a": None}, True),
        ({"a": "x…z"}, {"a": "xyz"}, True),
        ({"a": "x…z"}, {"a": "xy"}, False),
        ([1], [1, 2], False),
        ([1, "…"], [1, 2], True),
        ([1, "…"], [1], False),
        ("$ID", 7, True),
        ("$KNOWN", 7, False),
    ],
)
def test_an_answer_is_compared_with_what_is_stated(stated, real, is_so):
    assert fits(stated, real, {"KNOWN": "8"}) is is_so
