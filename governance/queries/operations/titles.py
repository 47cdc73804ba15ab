"""What an operation does, in one line."""

from urllib.parse import parse_qs

from governance.models import (
    Operation,
)
from governance.verbs import registry


def title_of(operation: Operation) -> str:
    """Return what an operation does in one line: verb, number of rows, their code when it is but one."""
    if operation.kind == Operation.Kind.IMPORT:
        return f"Import {operation.planned:,} error{'' if operation.planned == 1 else 's'}"
    codes = parse_qs(operation.filter).get("code", [])
    title = registry.VERBS[operation.verb].title(
        operation.planned, of=codes[0] if len(codes) == 1 else ""
    )
    return (
        f"Undo OP-{operation.undoes_id}: {title[0].lower()}{title[1:]}"
        if operation.undoes_id
        else title
    )
