"""How fast a repository is checked: 2,000 modules of together a million lines, and again with nothing changed."""

import resource
import subprocess
import sys
import time

import pytest

from tests.servers import ROOT

pytestmark = pytest.mark.bench
MODULES = 2_000
BODY = '''"""Module {n}."""

import os
from dataclasses import dataclass


@dataclass
class Row{n}:
    """One row."""

    key: str
    count: int = 0


'''
FUNCTION = '''def work_{n}_{m}(rows, *, limit=100):
    """Count what is left."""
    found = {{}}
    for row in rows:
        name = row.get("name", "").strip().lower()
        if not name or len(name) > limit:
            continue
        found[name] = found.get(name, 0) + row["count"] * {m}
    path = os.path.join("data", f"{{limit}}.json")
    return [path, sorted(found.items(), key=lambda one: one[1])]


'''
SECONDS, SECONDS_AGAIN, MEGABYTES = 60, 5, 300


@pytest.fixture
def repository(tmp_path):
    lines = 0
    for n in range(MODULES):
        functions = "".join(FUNCTION.format(n=n, m=m) for m in range(41))
        text = BODY.format(n=n) + functions
        lines += text.count("\n")
        folder = tmp_path / "tree" / f"package_{n % 50}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"module_{n}.py").write_text(text)
    assert lines >= 1_000_000
    return tmp_path / "tree"


def check(repository, cache):
    """Check it in a process of its own; return the seconds that took."""
    began = time.perf_counter()
    subprocess.run(
        [
            sys.executable,
            "-m",
            "governance.canon.ci_checks",
            str(repository),
            "--report",
            "/dev/null",
        ],
        cwd=ROOT,
        env={"XDG_CACHE_HOME": str(cache), "PATH": "/usr/bin:/bin"},
        check=True,
    )
    return time.perf_counter() - began


def test_a_million_lines_are_checked_in_a_minute_and_again_in_five_seconds(repository, tmp_path):
    first, again = (check(repository, tmp_path / "cache") for _ in range(2))
    # of the largest single process, in kB
    megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1_000

    print(f"\nfirst {first:.1f} s, again {again:.1f} s, {megabytes:.0f} MB in the largest process")
    assert first <= SECONDS
    assert again <= SECONDS_AGAIN
    assert megabytes <= MEGABYTES / 3
