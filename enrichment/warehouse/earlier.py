"""Tables of a warehouse that stand where the console offers views of the same names.

In one database the two cannot stand beside each other, so `migrate` takes the name over: the table
is kept under another one, and `registry_import` reads it in.
"""

from django.db import ProgrammingError, connections, transaction
from psycopg import errors, sql

from enrichment.exceptions import TableRefused

SCHEMA = "reference"
NAMES = (
    "enrichment_workflow_registry",
    "enrichment_runs",
    "coalescing_gaps",
)
SUFFIX = "_before"
FOUND = """SELECT relname FROM pg_class
    WHERE relnamespace = to_regnamespace(%s) AND relkind IN ('r', 'p', 'f') AND relname = ANY (%s)
    ORDER BY relname"""
RENAMED = sql.SQL("ALTER TABLE {} RENAME TO {}")


def set_aside(*, using: str) -> list[str]:
    """Give such tables another name and say so, a sentence each; needs a transaction of the owner.

    TableRefused where the table is somebody else's, or the other name is taken.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(FOUND, [SCHEMA, list(NAMES)])
        found = [name for (name,) in cursor.fetchall()]
    return [_renamed(name, using) for name in found]


def _renamed(name: str, using: str) -> str:
    before, after = f"{SCHEMA}.{name}", f"{name}{SUFFIX}"
    statement = RENAMED.format(sql.Identifier(SCHEMA, name), sql.Identifier(after))
    try:
        with transaction.atomic(using=using), connections[using].cursor() as cursor:
            cursor.execute(statement)
    except ProgrammingError as refusal:
        if not isinstance(refusal.__cause__, errors.InsufficientPrivilege | errors.DuplicateTable):
            raise
        raise TableRefused(
            f"{before} is a table, and the console offers a view of that name: {refusal}.",
            what_to_do=f"Rename it to {after}, or set WAREHOUSE_URL and keep the console apart.",
        ) from refusal
    return f"{before} was a table: it is kept as {SCHEMA}.{after}, and its name is a view now."
