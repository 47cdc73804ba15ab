"""Files checked one by one, or by two processes where there are many; what was checked before is only read."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from governance.canon.checks import (
    caches,
    files,
    known,
)
from governance.canon.checks.caches import Cache
from governance.canon.checks.files import MAX_BYTES
from governance.canon.checks.findings import Read, unreadable
from outreach_admin.disk import sources
from outreach_admin.disk.sources import Fault

# files from which on further processes pay for their start
MANY = 200
A_BATCH = 16
PROCESSES = 2


class Task(NamedTuple):
    path: Path
    kind: str


def check(
    tasks: list[Task],
    base: Path,
    cache: Cache,
) -> Iterator[tuple[Task, Read]]:
    """Check files of the tree at `base`, in no order."""
    new = []
    for task in tasks:
        read = _remembered(task, base, cache)
        if read:
            yield task, read
        else:
            new.append(task)
    for task, (key, read) in zip(new, _anew(new, base), strict=True):
        if key:
            cache.put(key, read)
        yield task, read


def _remembered(
    task: Task,
    base: Path,
    cache: Cache,
) -> Read | None:
    data = sources.raw(task.path, base, max_bytes=MAX_BYTES)
    if isinstance(data, Fault):
        return Read((unreadable(data.reason),))
    return cache.get(caches.key(task.kind, data))


def _anew(
    tasks: list[Task],
    base: Path,
) -> Iterator[tuple[str, Read]]:
    work = partial(one, base)
    if len(tasks) < MANY:
        return map(work, tasks)
    return _by_processes(tasks, work)


def _by_processes(
    tasks: list[Task],
    work: partial[tuple[str, Read]],
) -> Iterator[tuple[str, Read]]:
    # a start without them is quicker
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # whoever calls may hold threads and connections, which a fork would copy
    context = get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, mp_context=context) as pool:
        yield from pool.map(work, tasks, chunksize=A_BATCH)


def one(
    base: Path,
    task: Task,
) -> tuple[str, Read]:
    """Check one file; return the key of its content with what was found."""
    data = sources.raw(task.path, base, max_bytes=MAX_BYTES)
    if isinstance(data, Fault):
        return "", Read((unreadable(data.reason),))
    read = files.check(task.kind, data, known.of_file())
    return caches.key(task.kind, data), read
