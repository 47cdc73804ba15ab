"""Which modules a deployment reaches: those that its entry files import, and what these import."""

from pathlib import PurePosixPath

from enrichment.scanner.modules import Module, Modules
from enrichment.scanner.settings import Settings


def apart(modules: Modules, settings: Settings) -> list[str]:
    """Name the modules that no entry file reaches; none where the tree has no entry file."""
    entries = [one for one in modules.all if _is_entry(one.file, settings)]
    if not entries:
        return []
    reached = _reached(modules, entries)
    return [one.name for one in modules.all if one.name not in reached]


def _is_entry(file: str, settings: Settings) -> bool:
    return file in settings.app or PurePosixPath(file).name in settings.app


def _reached(modules: Modules, entries: list[Module]) -> set[str]:
    reached = {one.name for one in entries}
    waiting = list(entries)
    while waiting:
        found = [near for name in _names(waiting.pop()) if (near := modules.get(name))]
        fresh = [one for one in found if one.name not in reached]
        reached |= {one.name for one in fresh}
        waiting += fresh
    return reached


def _names(module: Module) -> set[str]:
    """Return what a module may load: whatever it imports, and the packages on the way."""
    loaded = {module.package}
    for name in module.reached:
        parts = name.split(".")
        loaded |= {".".join(parts[:end]) for end in range(1, len(parts) + 1)}
    return loaded
