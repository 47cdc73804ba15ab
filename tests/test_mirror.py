"""Tests mirror source: a module's tests stand under its own path, and no test file has lost its module."""

import ast
from pathlib import Path

import pytest

from tests.conftest import ANY_POSTGRESQL

ROOT = Path(__file__).parent.parent
# whose SQL every version of PostgreSQL must take
SQL_ROOMS = (
    "governance/declarations",
    "governance/migrations",
    "governance/queries",
    "governance/resources",
    "governance/services",
    "governance/sql",
    "outreach_admin/db",
    "outreach_admin/lists",
    "test_walk.py",
)
ROOMS = (
    "governance/queries",
    "governance/services",
    "governance/verbs",
    "governance/filters",
    "governance/tables",
    "governance/forms",
    "governance/reports",
    "governance/charts",
    "governance/views",
    "governance/api",
    "governance/canon",
    "governance/toolbox",
    "enrichment/scanner",
    "enrichment/warehouse",
    "enrichment/queries",
    "enrichment/services",
    "enrichment/verbs",
    "enrichment/filters",
    "enrichment/tables",
    "enrichment/forms",
    "enrichment/resources",
    "enrichment/views",
    "enrichment/api",
    "outreach_admin/api",
    "outreach_admin/lists",
)
# modules of enrichment beside its folders
WHOLE = ("subjects.py", "policies.py", "tasks.py", "keys.py", "client.py", "wire.py")
# made by a command; tried wherever the app is loaded; written by endpoints, whose tests read them
UNTESTED = ("migrations", "apps.py", "serializers")
FILES = (
    "governance/subjects.py",
    "governance/policies.py",
    "governance/tasks.py",
    *(f"enrichment/{name}" for name in WHOLE if (ROOT / "enrichment" / name).exists()),
)
# by path, each with its reason; five at most
EXCEPTIONS: dict[str, str] = {}


def modules() -> list[str]:
    """Every module of the rooms, as a path."""
    found = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    names = [str(path.relative_to(ROOT)) for path in found if path.name != "__init__.py"]
    return sorted([*names, *FILES])


def is_due(module: str) -> bool:
    """Whether a module must have tests under its own path."""
    return module not in EXCEPTIONS and set(Path(module).parts).isdisjoint(UNTESTED)


def mirror_of(module: str) -> Path:
    """Where the tests of a module stand."""
    path = Path(module)
    return ROOT / "tests" / path.parent / f"test_{path.name}"


def defined_in(path: Path) -> list[str]:
    """The tests that a file defines, in classes too."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named = [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef | ast.ClassDef)]
    return [one.name for one in named if one.name.startswith(("test_", "Test"))]


@pytest.mark.parametrize("module", list(filter(is_due, modules())))
def test_every_module_has_its_tests_under_its_own_path(module):
    mirror = mirror_of(module)

    assert mirror.exists(), f"{module} has no {mirror.relative_to(ROOT)}"
    assert defined_in(mirror), f"{mirror.relative_to(ROOT)} tests nothing"


def test_every_file_of_tests_has_its_module():
    """`test_runner_with_a_million_rows.py` is about `runner`: what follows the name says what else it takes."""
    known = {mirror_of(module).with_suffix("") for module in modules()}
    written = [path for room in ROOMS for path in (ROOT / "tests" / room).rglob("test_*.py")]

    lost = [
        str(path.relative_to(ROOT))
        for path in written
        if not any(
            path.parent == mirror.parent and f"{path.stem}_".startswith(f"{mirror.name}_")
            for mirror in known
        )
    ]
    assert lost == []


def test_exceptions_are_few_and_still_needed():
    assert len(EXCEPTIONS) <= 5
    assert set(EXCEPTIONS) <= set(modules())
    assert [module for module in EXCEPTIONS if mirror_of(module).exists()] == []


def test_what_another_postgresql_is_spared_is_there_and_holds_no_room_of_sql():
    for name in ANY_POSTGRESQL:
        assert (ROOT / "tests" / name).exists()

    assert [room for room in SQL_ROOMS if room.startswith(ANY_POSTGRESQL)] == []
