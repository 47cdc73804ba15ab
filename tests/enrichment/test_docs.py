"""What docs/enrichment.md says to run is run: on the demo's tree, and on one function more."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from enrichment.demo import ingest_tree
from enrichment.scanner import settings, waivers
from enrichment.scanner.audit import KINDS
from tests.enrichment.scanner import trees
from tests.enrichment.scanner.test___main__ import COLUMNS

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs/enrichment.md").read_text(encoding="utf-8")
ONE_MORE = f"import modal\n{trees.EXPOSED}def ingest_54(db):\n    db.table('raw.x').insert(1)\n"


def block(language, holding):
    found = re.findall(rf"```{language}\n(.*?)```", DOCS, re.DOTALL)
    return next(text for text in found if holding in text)


def hook():
    [repository] = yaml.safe_load(block("yaml", "repos:"))["repos"]
    return repository["hooks"][0]["entry"]


def step():
    [found] = yaml.safe_load(block("yaml", "run:"))
    return found["run"]


@pytest.fixture
def checkout(tmp_path):
    """A tree in order: all its functions are registered, and what no entry mends is waived."""
    tree = tmp_path / "code"
    tree.mkdir()
    ingest_tree.write(tree, trees.TODAY)
    (tree / "ingest/legacy_latin1.py").unlink()
    lines = [",".join(COLUMNS)]
    for one in ingest_tree.FUNCTIONS:
        tables = {table.partition(".")[0]: table for table in reversed(one.written)}
        named = [tables.get(layer, "") for layer in ("raw", "extracted", "core")]
        lines.append(",".join([one.slug, *named, one.key_column, one.key_type, "true"]))
    (tree / "registry.csv").write_text("\n".join(lines))
    waived = [
        f'[[waiver]]\nfinding = "{kind}"\nfile = "*"\nreason = "x"\nby = "x"\nexpires = 9999-12-31\n'
        for kind in (
            "further_writer",
            "dynamic_slug",
            "duplicate_slug",
            "opens_no_run",
            "not_deployed",
        )
    ]
    (tree / "waivers.toml").write_text("\n".join(waived))
    return tree


def run(command, folder):
    """Run a line as a shell does, with this Python and the scanner at hand."""
    shell = shutil.which("bash") or "sh"
    line = command.replace("python ", f"{sys.executable} ")
    return subprocess.run(
        [shell, "-e", "-c", line],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize("command", [hook, step])
def test_a_tree_in_order_passes_and_a_54th_function_fails(command, checkout):
    passed = run(command(), checkout)
    (checkout / "ingest/one_more.py").write_text(ONE_MORE)
    (checkout / "app.py").write_text((checkout / "app.py").read_text() + "import ingest.one_more\n")
    failed = run(command(), checkout)

    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert failed.returncode == 1, failed.stdout + failed.stderr
    assert "unregistered ingest_54" in failed.stdout


def test_every_finding_is_explained():
    explained = re.findall(r"^\| `(\w+)` \|", DOCS, re.MULTILINE)

    assert sorted(explained) == sorted(KINDS)


def test_the_examples_of_files_are_read(tmp_path):
    path = tmp_path / "example.toml"
    path.write_text(block("toml", "[[waiver]]"))
    assert [one.function for one in waivers.read(path)] == ["ingest_generic"]

    path.write_text(block("toml", "enrichment-scanner"))
    assert settings.read(path).names == ("handle_*",)
    assert tomllib.loads(path.read_text())
