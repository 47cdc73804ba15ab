"""What the scanner looks for, and how a file says it otherwise."""

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

from enrichment.scanner.records import WrongUse

TABLE = "enrichment-scanner"
# letters of a file of settings or waivers; an audit keeps the latter in one row
LONGEST = 200_000


@dataclass(frozen=True)
class Settings:
    """Names by which code is read; a TOML file may replace each.

    `decorators` expose a function (the last part of their name counts), `names` are patterns of
    functions that are exposed without one. `app` are the files from which a deployment starts.
    """

    prefixes: tuple[str, ...] = ("ingest_*",)
    decorators: tuple[str, ...] = (
        "fastapi_endpoint",
        "web_endpoint",
        "asgi_app",
        "wsgi_app",
        "function",
    )
    names: tuple[str, ...] = ()
    slug_names: tuple[str, ...] = (
        "workflow_name",
        "workflow",
        "workflow_slug",
        "enrichment_workflow",
    )
    run_calls: tuple[str, ...] = (
        "client.run",
        "runs.open",
        "runs.start",
        "open_run",
        "start_run",
        "begin_run",
    )
    sql_calls: tuple[str, ...] = (
        "execute",
        "executemany",
        "execute_values",
        "execute_batch",
        "executescript",
        "copy",
        "copy_expert",
        "text",
        "SQL",
        "fetch",
        "fetchrow",
        "fetchval",
        "fetch_all",
        "fetch_one",
        "query",
        "run_query",
        "run_sql",
    )
    app: tuple[str, ...] = (
        "app.py",
        "main.py",
        "modal_app.py",
        "__main__.py",
    )
    exclude: tuple[str, ...] = ()
    max_bytes: int = 4_000_000


def read(path: Path) -> Settings:
    """Read a TOML file: its table [tool.enrichment-scanner], else the whole."""
    given = toml(path)
    tools = given.get("tool", {})
    table = tools.get(TABLE, given) if isinstance(tools, dict) else given
    if not isinstance(table, dict):
        raise WrongUse(f"{path}: [tool.{TABLE}] is a table.")
    known = {one.name: one.type for one in fields(Settings)}
    if unknown := sorted(table.keys() - known.keys()):
        raise WrongUse(
            f"{path} sets “{unknown[0]}”, which the scanner does not know; it knows {', '.join(known)}."
        )
    return Settings(**{name: _value(path, name, value) for name, value in table.items()})


def toml(path: Path) -> dict:
    """Read a TOML file; refuse what is none."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as reason:
        raise WrongUse(f"{path} cannot be read: {reason.strerror}.") from reason
    except UnicodeDecodeError as reason:
        raise WrongUse(f"{path} is not TOML: {reason}.") from reason
    if len(text) > LONGEST:
        raise WrongUse(f"{path} has {len(text):,} letters; up to {LONGEST:,} are read.")
    return _parsed(path, text)


def _parsed(path: Path, text: str) -> dict:
    try:
        return tomllib.loads(text)
    except RecursionError as reason:
        raise WrongUse(f"{path} is nested too deeply to be read.") from reason
    except ValueError as reason:
        # not only of what is no TOML: a number may have too many digits
        raise WrongUse(f"{path} is not TOML: {reason}.") from reason


def _value(path: Path, name: str, value: object) -> object:
    if name == "max_bytes":
        if type(value) is int and value > 0:
            return value
        raise WrongUse(f"{path}: “{name}” is a number of bytes above 0.")
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    raise WrongUse(f"{path}: “{name}” is a list of texts.")
