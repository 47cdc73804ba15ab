"""pyproject.toml: every table by which a tool is told what to install."""

from governance.canon.checks.dependencies.met import Met
from governance.canon.checks.dependencies.tables import (
    Reader,
    dynamic,
    filed,
    keyed,
    listed,
    toml,
    walk,
)

# by the way to each; `*` is any key
TABLES: dict[str, Reader] = {
    "project.dependencies": listed,
    "project.optional-dependencies.*": listed,
    "dependency-groups.*": listed,
    "build-system.requires": listed,
    "tool.setuptools.dynamic.dependencies": dynamic,
    "tool.setuptools.dynamic.optional-dependencies.*": dynamic,
    "tool.setuptools.setup-requires": listed,
    "tool.uv.dev-dependencies": listed,
    "tool.uv.constraint-dependencies": listed,
    "tool.uv.override-dependencies": listed,
    "tool.uv.build-constraint-dependencies": listed,
    "tool.uv.extra-build-dependencies.*": listed,
    "tool.poetry.dependencies": keyed,
    "tool.poetry.dev-dependencies": keyed,
    "tool.poetry.group.*.dependencies": keyed,
    "tool.poetry.requires-plugins": keyed,
    "tool.pdm.dev-dependencies.*": listed,
    "tool.rye.dev-dependencies": listed,
    "tool.flit.metadata.requires": listed,
    "tool.flit.metadata.requires-extra.*": listed,
    "tool.hatch.envs.*.dependencies": listed,
    "tool.hatch.envs.*.extra-dependencies": listed,
    "tool.hatch.build.dependencies": listed,
    "tool.hatch.build.hooks.*.dependencies": listed,
    "tool.hatch.build.targets.*.dependencies": listed,
    "tool.hatch.metadata.hooks.requirements_txt.files": filed,
    "tool.hatch.metadata.hooks.requirements_txt.optional-dependencies.*": filed,
    "tool.pixi.pypi-dependencies": keyed,
    "tool.pixi.feature.*.pypi-dependencies": keyed,
}


def read(text: str) -> Met:
    """Read the requirements of a project. Raises Unclear."""
    top = toml(text)
    for path, reader in TABLES.items():
        yield from walk(
            top,
            tuple(path.split(".")),
            reader,
        )
