"""A tree of ingest code as a team has it: what the demo's catalogue lists, and what lies around it.

53 ingest functions, 32 that write without the prefix, 14 that only read, three modules that the
app never imports, one file that is not UTF-8; code written in the ways of several years.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from enrichment.demo.catalogue import FUNCTIONS, LISTED, Listed

APART = (
    "ingest/company_pricing.py",
    "ingest/company_reviews.py",
    "ingest/person_posts.py",
)
# name no workflow and open no run
SILENT = (
    "leadmagic_phone",
    "company_manual",
    "person_tenure",
)
DYNAMIC = (
    "generic_intake",
    "webhook_fanout",
    "sheet_upload",
)
# work for a workflow that a function has already
SECONDS = {
    "profile_bulk": "person_profile",
    "discovery_backfill": "company_discovery",
}
COALESCERS = 27
COALESCER_FILES = 16
READERS = 14
LATIN1 = "# Fran\xe7ais: l'ancien import\nTABLE = 'raw.legacy'\n"

COMMON = '''\
"""What all ingest functions share."""

import modal
from supabase import create_client

from ingest.requests import Rows

app = modal.App("ingest")
RAW = "raw"


def database():
    return create_client()


def write_raw(db, table, rows, schema=RAW):
    query = db.schema(schema).from_(table)
    return query.insert(rows).execute()


class Store:
    def __init__(self, db):
        self.db = db

    def upsert(self, table, rows, key):
        return self.db.table(table).upsert(rows, on_conflict=key).execute()


__all__ = ["Rows", "Store", "app", "database", "write_raw"]
'''
REQUESTS = '''\
"""Bodies of requests."""

from pydantic import BaseModel


class Rows(BaseModel):
    key: str
    rows: list[dict]


class Named(Rows):
    workflow_name: str
'''
HEAD = '''\
"""Ingest of {provider}."""

import modal

from enrichment import client
from ingest.common import Rows, Store, app, database
from ingest.common import write_raw as keep
from ingest.requests import Named

TARGETS = {{"layer": "extracted"}}
'''
ENDPOINT = """

@app.function()
@modal.{decorator}(method="POST")
def {name}(request: {model}):
    db = database()
"""
DEFAULTED = """

class {model}(Rows):
    workflow_name: str = "{slug}"
"""
READER = """

@app.function()
@modal.fastapi_endpoint(method="POST")
def look_up_{slug}(request: Rows):
    registry = database().schema("reference").from_("enrichment_workflow_registry")
    return registry.select("*").eq("workflow_name", "{slug}").execute()
"""
WAIVERS = """\
[[waiver]]
finding = "dynamic_slug"
function = "generic_intake"
reason = "split into five functions in March"
by = "Joris Vance"
expires = {later}

[[waiver]]
finding = "dynamic_slug"
function = "webhook_fanout"
reason = "only passes on"
by = "Joris Vance"
expires = {later}

[[waiver]]
finding = "dynamic_slug"
function = "sheet_upload"
reason = "manual uploads, the slug is chosen by a person"
by = "Mei Tanaka"
expires = {soon}

[[waiver]]
finding = "further_writer"
function = "coalesce_*"
reason = "they bring to core what a workflow extracted"
by = "Mei Tanaka"
expires = {last}
"""
# the workflow is named in one of four ways, by the place of the function in the catalogue
NAMED = (
    '    with client.run("{slug}", entity=request.key, source="{provider}"):\n',
    "    with client.run({constant}, entity=request.key):\n",
    "    with client.run(request.workflow_name, entity=request.key):\n",
    '    with client.run(workflow_name="{slug}", entity=request.key):\n',
)
BY_CONSTANT, BY_DEFAULT = 1, 2


def write(folder: Path, today: date) -> None:
    """Write the tree into a folder, and a file of waivers that end so many days from today."""
    for file, text in files().items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "ingest/legacy_latin1.py").write_text(LATIN1, encoding="latin-1")
    (folder / "waivers.toml").write_text(_waivers(today), encoding="utf-8")


def files() -> dict[str, str]:
    """Return the text of every file that is UTF-8, by its path."""
    written = _ingest() | _coalescers() | _others() | _readers()
    return written | {
        "app.py": _app(written),
        "ingest/__init__.py": "",
        "jobs/__init__.py": "",
        "ingest/common.py": COMMON,
        "ingest/requests.py": REQUESTS,
    }


def _app(written: Iterable[str]) -> str:
    """Import all that is deployed; some functions once more by name, which makes no second one of them."""
    lines = ['"""What is deployed."""\n']
    deployed = sorted(set(written) - set(APART))
    lines += [f"import {_module(file)}" for file in deployed]
    again = [one for one in FUNCTIONS if one.file not in APART][:9]
    lines += [f"from {_module(one.file)} import {one.function}" for one in again]
    return "\n".join(lines) + "\n"


def _module(file: str) -> str:
    return file.removesuffix(".py").replace("/", ".")


def _ingest() -> dict[str, str]:
    texts: dict[str, str] = {}
    for number, one in enumerate(FUNCTIONS):
        head = texts.get(one.file) or HEAD.format(provider=one.provider)
        texts[one.file] = head + _function(number, one)
    return texts


def _function(number: int, one: Listed) -> str:
    silent = one.slug in SILENT
    way = number % len(NAMED)
    by_default = way == BY_DEFAULT and not silent
    model = f"{_camel(one.slug)}Rows" if by_default else "Rows"
    constant = one.slug.upper()
    before = f'\n{constant} = "{one.slug}"\n' if way == BY_CONSTANT and not silent else ""
    if by_default:
        before = DEFAULTED.format(model=model, slug=one.slug)
    opened = "    if request.rows:\n" if silent else NAMED[way]
    opening = opened.format(
        slug=one.slug,
        provider=one.provider,
        constant=constant,
    )
    return (
        before
        + _endpoint(one.function, model, number)
        + opening
        + _writes(one, one.written, number)
    )


def _camel(slug: str) -> str:
    return slug.title().replace("_", "")


def _endpoint(name: str, model: str, number: int) -> str:
    decorator = "web_endpoint" if number % 5 == 0 else "fastapi_endpoint"
    return ENDPOINT.format(
        decorator=decorator,
        name=name,
        model=model,
    )


def _writes(one: Listed, tables: Iterable[str], number: int) -> str:
    lines = [_write(table, one.key_column, number) for table in tables]
    return "".join(f"        {line}\n" for line in lines)


def _write(table: str, key: str, number: int) -> str:
    """Write a line that writes a table: in one of the ways of several years."""
    schema, name = table.split(".")
    if schema == "raw":
        ways = (
            f'db.schema("raw").from_("{name}").insert(request.rows).execute()',
            f'keep(db, "{name}", request.rows)',
            f'db.table("{table}").insert(request.rows).execute()',
        )
        return ways[number % len(ways)]
    ways = (
        f'db.schema("{schema}").table("{name}").upsert(request.rows, on_conflict="{key}").execute()',
        f'Store(db).upsert("{table}", request.rows, "{key}")',
        f'db.execute(f"INSERT INTO {schema}.{name} SELECT %s ON CONFLICT ({key}) DO NOTHING")',
        f"db.execute(f\"INSERT INTO {{TARGETS['layer']}}.{name} SELECT %s ON CONFLICT ({key}) DO NOTHING\")"
        if schema == "extracted"
        else f'db.table("{table}").update(request.rows[0]).eq("{key}", request.key).execute()',
    )
    return ways[number % len(ways)]


def _coalescers() -> dict[str, str]:
    texts: dict[str, str] = defaultdict(lambda: HEAD.format(provider="what was extracted"))
    sources = [one for one in FUNCTIONS if one.extracted_table][:COALESCERS]
    for number, one in enumerate(sources):
        target = one.core_table or one.extracted_table
        body = f"    {_write(target, one.key_column, number)}\n"
        name = f"coalesce_{one.slug}"
        texts[f"jobs/coalesce_{number % COALESCER_FILES}.py"] += (
            _endpoint(name, "Rows", number) + body
        )
    return dict(texts)


def _others() -> dict[str, str]:
    """Write what takes the slug from the request, and what works for a workflow beside its function."""
    listed = {one.slug: one for one in LISTED}
    texts = {}
    for number, name in enumerate(DYNAMIC):
        opening = "    with client.run(request.workflow_name, entity=request.key):\n"
        body = f"        {_write('raw.generic_payload', 'domain', number)}\n"
        texts[f"jobs/{name}.py"] = _one(name, "Named", opening + body)
    for name, slug in SECONDS.items():
        one = listed[slug]
        opening = NAMED[0].format(slug=slug, provider=one.provider)
        texts[f"jobs/{name}.py"] = _one(name, "Rows", opening + _writes(one, one.tables, 0))
    return texts


def _one(name: str, model: str, body: str) -> str:
    return HEAD.format(provider="several") + _endpoint(name, model, 1) + body


def _readers() -> dict[str, str]:
    texts: dict[str, str] = defaultdict(lambda: HEAD.format(provider="the registry"))
    for number, one in enumerate(FUNCTIONS[:READERS]):
        texts[f"jobs/look_up_{number // 2}.py"] += READER.format(slug=one.slug)
    return dict(texts)


def _waivers(today: date) -> str:
    return WAIVERS.format(
        soon=today + timedelta(days=3),
        later=today + timedelta(days=57),
        last=today + timedelta(days=90),
    )
