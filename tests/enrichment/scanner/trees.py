"""Small trees of ingest code, written where a test wants them."""

from datetime import date
from pathlib import Path
from textwrap import dedent
from typing import Any

from enrichment.scanner import audit, tree
from enrichment.scanner.records import Audit, Entry, Function, Tree
from enrichment.scanner.settings import Settings

TODAY = date(2026, 2, 2)
EXPOSED = '@app.function()\n@modal.fastapi_endpoint(method="POST")\n'


def write(folder: Path, **files: str) -> Path:
    """Write files, named as modules: `ingest__a` is ingest/a.py, `ingest__init` its package."""
    for name, text in files.items():
        place = name.replace("__", "/")
        path = folder / f"{place.replace('/init', '/__init__')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
    return folder


def read(folder: Path, settings: Settings | None = None, **files: str) -> Tree:
    return tree.read(write(folder, **files), settings)


def function(folder: Path, body: str, before: str = "", takes: str = "request: dict") -> Function:
    """Read the one exposed function of a module, by its body."""
    lines = dedent(body).strip().replace("\n", "\n    ")
    text = f"{dedent(before)}\n{EXPOSED}def ingest_x({takes}):\n    {lines}\n"
    [found] = read(folder, x=text).functions
    return found


def written(folder: Path, body: str, before: str = "", **more: str) -> dict[str, tuple[str, ...]]:
    """The tables that a body writes, with their keys."""
    return {one.table: one.keys for one in function(folder, body, before, **more).writes}


def audited(found: Tree, *entries: Entry, **given: Any) -> Audit:
    return audit.audit(found, list(entries), **{"today": TODAY} | given)


def kinds(found: Audit) -> list[tuple[str, str]]:
    """What was found: kind and function, or the slug where there is none."""
    return [(one.kind, one.function or one.slug) for one in found.findings]
