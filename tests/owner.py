"""What only the owner of the tables may do, done within a test's own transaction."""

from typing import Any

from django.db import connection, models
from psycopg import ClientCursor


def runs(statement: str, *parameters: object) -> None:
    """Run a statement as the owner."""
    connection.ensure_connection()
    text = ClientCursor(connection.connection).mogrify(statement, parameters)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tests.run(%s)", [text])


def inserts(row: models.Model) -> None:
    """Insert a row as the owner; what it leaves out is the database's."""
    given = {
        field.column: getattr(row, field.attname)
        for field in row._meta.local_concrete_fields
        if not field.generated and field.attname != row._meta.pk.attname
    }
    values = ", ".join("%s" for _ in given)
    table = row._meta.db_table
    runs(f"INSERT INTO {table} ({', '.join(given)}) VALUES ({values})", *given.values())


def corrupts(outreach_id: Any, **columns: object) -> None:
    """Change columns of a company's readiness, as no trigger would."""
    changes = ", ".join(f"{name} = %s" for name in columns)
    table = "governance_readiness"
    runs(f"UPDATE {table} SET {changes} WHERE outreach_id = %s", *columns.values(), outreach_id)


def leaves(*outreach_ids: Any) -> None:
    """Leave companies to be counted anew, as who would have ended in a deadlock over them does."""
    runs("INSERT INTO governance.readiness_due (ids) VALUES (%s)", list(outreach_ids))
