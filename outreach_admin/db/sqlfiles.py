"""SQL objects as files: migrations apply their text."""

from pathlib import Path

from django.db.migrations import RunSQL

ROOT = Path(__file__).resolve().parents[2]


def apply_sql(app: str, name: str) -> RunSQL:
    """Return the migration operation that runs `<app>/sql/<name>.sql`; every file there can be run again."""
    text = (ROOT / app / "sql" / f"{name}.sql").read_text()
    return RunSQL([(text, None)], RunSQL.noop)
