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
    names = [one.name for one in modules.all]
    return [name for name in names if name not in reached]


def _is_entry(file: str, settings: Settings) -> bool:
    name = PurePosixPath(file).name
    return file in settings.app or name in settings.app


def _reached(
    modules: Modules,
    entries: list[Module],
) -> set[str]:
    reached = {one.name for one in entries}
    waiting = list(entries)
    while waiting:
        loaded = _names(waiting.pop())
        for name in sorted(loaded):
            near = modules.get(name)
            if near is None:
                continue
            if near.name in reached:
                continue
            reached.add(near.name)
            waiting.append(near)
    return reached


def _names(module: Module) -> set[str]:
    """Return what a module may load: whatever it imports, and the packages on the way."""
    loaded = {module.package}
    for name in module.reached:
        while name:
            loaded.add(name)
            name, _, _ = name.rpartition(".")
    return loaded
