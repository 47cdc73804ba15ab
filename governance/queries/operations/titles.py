"""What an operation does, in one line."""

from urllib.parse import parse_qs

from governance.models import AskedCall, Operation, PlaybookRun
from governance.verbs import registry
from outreach_admin.ui import figures


def title_of(operation: Operation) -> str:
    """Return what an operation does in one line: verb, rows, their code when it is but one.

    The rows are those of the plan; once it has run, those that it changed.
    """
    return _titled(operation, rows_of(operation))


def title_of_plan(subject: Operation | PlaybookRun | AskedCall) -> str:
    """Return what an operation, a run or a call was planned to do in one line, whatever became of its rows."""
    if isinstance(subject, AskedCall):
        return str(subject)
    if isinstance(subject, PlaybookRun):
        return f"{subject.title}: {figures.counted(subject.eligible)}"
    return _titled(subject, subject.planned)


def _titled(operation: Operation, rows: int) -> str:
    codes = parse_qs(operation.filter).get("code", [])
    title = registry.VERBS[operation.verb].title(rows, of=codes[0] if len(codes) == 1 else "")
    return (
        f"Undo OP-{operation.undoes_id}: {title[0].lower()}{title[1:]}"
        if operation.undoes_id
        else title
    )


def title_of_run(run: PlaybookRun) -> str:
    """Return what a run does and to how many rows: those it would change, then those it changed."""
    return f"{run.title}: {figures.counted(run.applied if has_run(run) else run.eligible)}"


def rows_of(operation: Operation) -> int:
    """Return how many rows it is about: those it changed once it has run, else those of its plan."""
    return operation.applied if has_run(operation) else operation.planned


def share_of(subject: Operation | PlaybookRun) -> tuple[int, int]:
    """Return how many rows are done, of how many: all of its plan, once it has run the eligible ones."""
    if isinstance(subject, Operation) and not has_run(subject):
        return subject.accounted, subject.planned
    return subject.applied, subject.eligible


def has_run(subject: Operation | PlaybookRun) -> bool:
    """Say whether it began and has ended."""
    return bool(subject.started_at and subject.finished_at)
