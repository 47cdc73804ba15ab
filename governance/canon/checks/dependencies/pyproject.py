"""pyproject.toml: every table by which a tool is told what to install."""

from governance.canon.checks.dependencies.met import Met
from governance.canon.checks.dependencies.tables import (
    Reader,
    Way,
    dynamic,
    filed,
    keyed,
    listed,
    toml,
    walk,
)

SETUPTOOLS = "tool", "setuptools"
POETRY = "tool", "poetry"
HATCH = "tool", "hatch"
HOOK = *HATCH, "metadata", "hooks", "requirements_txt"
UV = "tool", "uv"
PIXI = "tool", "pixi"
TABLES: tuple[tuple[Way, Reader], ...] = (
    (("project", "dependencies"), listed),
    (("project", "optional-dependencies", "*"), listed),
    (("dependency-groups", "*"), listed),
    (("build-system", "requires"), listed),
    ((*SETUPTOOLS, "dynamic", "dependencies"), dynamic),
    ((*SETUPTOOLS, "dynamic", "optional-dependencies", "*"), dynamic),
    ((*SETUPTOOLS, "setup-requires"), listed),
    ((*UV, "dev-dependencies"), listed),
    ((*UV, "constraint-dependencies"), listed),
    ((*UV, "override-dependencies"), listed),
    ((*UV, "build-constraint-dependencies"), listed),
    ((*UV, "extra-build-dependencies", "*"), listed),
    ((*POETRY, "dependencies"), keyed),
    ((*POETRY, "dev-dependencies"), keyed),
    ((*POETRY, "group", "*", "dependencies"), keyed),
    ((*POETRY, "requires-plugins"), keyed),
    (("tool", "pdm", "dev-dependencies", "*"), listed),
    (("tool", "rye", "dev-dependencies"), listed),
    (("tool", "flit", "metadata", "requires"), listed),
    (("tool", "flit", "metadata", "requires-extra", "*"), listed),
    ((*HATCH, "envs", "*", "dependencies"), listed),
    ((*HATCH, "envs", "*", "extra-dependencies"), listed),
    ((*HATCH, "build", "dependencies"), listed),
    ((*HATCH, "build", "hooks", "*", "dependencies"), listed),
    ((*HATCH, "build", "targets", "*", "dependencies"), listed),
    ((*HOOK, "files"), filed),
    ((*HOOK, "optional-dependencies", "*"), filed),
    ((*PIXI, "pypi-dependencies"), keyed),
    ((*PIXI, "feature", "*", "pypi-dependencies"), keyed),
)


def read(text: str) -> Met:
    """Read the requirements of a project. Raises Unclear."""
    top = toml(text)
    for path, reader in TABLES:
        yield from walk(top, path, reader)
