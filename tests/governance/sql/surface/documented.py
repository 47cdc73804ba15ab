"""docs/sql.md, written from what the catalog says and one example of each name."""

from collections.abc import Iterator

from tests.governance.sql.surface.asked import rows

ID = "'00000000-0000-4000-8000-000000000001'"
HEAD = """# SQL

The names that pipelines and people with psql know, on the console's own tables: its rules hold, and what is done here stands in its history under the
database user who did it. Written by a test from the catalog, where `\\d+` and `\\df+` say the same: `tests/governance/sql/surface/test_docs.py`.

`.venv/bin/python manage.py sql_roles` makes the roles `outreach_reader` and `outreach_pipeline` and says what it granted; on the local servers
`.venv/bin/python manage.py dbshell --as pipeline` opens psql, and with `--address` says where a program signs in.
"""
TYPES = """
## Types

`public.error_disposition` (RETRY, PARKED, ARCHIVED, IGNORE, RESOLVED) and `public.ttl_tier` (SHORT, MEDIUM, LONG, INFINITE) are domains over text: `'PARKED'::error_disposition`
casts and compares, another word is refused. Columns of these types are text in error views, which can be written, and of the type in all others.
"""
FILES = """
## The seed's migrations

They need not run: what each would make is there, in this order.

| file | what stands for it here |
|---|---|
| `2026-02-02-error-governance-columns.sql` | the 13 governance columns of each error view, kept by the state machine, by paired facts and by triggers |
| `2026-02-02-error-archive-tables.sql` | the five `.._archive` views |
| `2026-02-02-error-ttl-archive-functions.sql` | `shq.fn_get_ttl_interval` and the five job functions, `shq.vw_error_governance_summary`, `shq.vw_blocking_errors_by_outreach` |
| `2026-02-02-promotion-gate-functions.sql` | the checks, the tiers, `shq.fn_can_promote_to_hub`, `shq.fn_get_promotion_blockers`, `shq.vw_promotion_readiness` and its summary |
"""
DIFFERENCES = """
## What differs from an ordinary table

- INSERT .. ON CONFLICT and MERGE are not offered on error views and on outreach.outreach; the other hub tables take upserts, and MERGE from PostgreSQL 17 on.
- COPY files rows into error views and outreach.outreach. Into the other hub tables rows of a file come by way of a temporary table: `CREATE TEMP TABLE filings (LIKE outreach.dol)`,
  `COPY filings (outreach_id, ein) FROM STDIN`, `INSERT INTO outreach.dol (outreach_id, ein) SELECT outreach_id, ein FROM filings`. Out of a view they come by `COPY (SELECT ..) TO`.
- Columns that the console keeps in one JSON column are given with the row and are read-only afterwards; each error view names its own above. A value of another type reads NULL.
- NULL and DEFAULT in `disposition`, `ttl_tier`, `max_retries`, `retry_count`, `escalation_level`, `severity` are what the policy of the table or the code would have put there.
- `retry_exhausted`, `last_updated_at` and the end of the TTL follow from their sources, whatever is written.
- A row that is set to ARCHIVED moves to its archive by the same statement (MANUAL, by the database user), whose RETURNING still shows it. `company.url_discovery_failures` keeps it
  until its TTL, unless `archived_at` is written. A row that comes in ARCHIVED is moved as well.
- An UPDATE that raises `retry_count` queues the attempt: `last_retry_at`, and `next_retry_at` by the code's category, unless they are given.
- A disposition that the table does not allow, or cannot be reached from the present one, is refused with a sentence; so are parked rows without their facts, another id, TRUNCATE.
- Transactions that change different rows never end in a deadlock, in whatever order they meet companies. Where two wait for each other, one goes on after a second, and readiness of the
  companies concerned follows once both have ended; until then they may be promoted nowhere. Who wants a row that another changes waits, as anywhere.
- The sovereign id is taken by INSERT and reads NULL.
- The settings `outreach.actor`, `.operation`, .. count only for a login that may write the history itself, which is the console's; for anybody else the login is the actor, also under SET ROLE.
"""
READS = {
    "outreach.v_context_current": "SELECT waterfall_state, count(*) FROM {name} GROUP BY 1",
    "shq.vw_promotion_readiness": f"SELECT * FROM {{name}} WHERE outreach_id = {ID}",
}
ERROR = """UPDATE {name} SET disposition = 'PARKED'::error_disposition, parked_at = now(), parked_by = 'agent', park_reason = 'DATA_QUALITY' WHERE {key} = {id}"""
WRITES = {
    "outreach.outreach": "INSERT INTO {name} (sovereign_id, domain) VALUES (gen_random_uuid(), 'acme.example') RETURNING outreach_id",
    "outreach.company_target": "UPDATE {name} SET execution_status = 'pending' WHERE execution_status = 'failed'",
    "outreach.dol": "SELECT * FROM {name} WHERE filing_present",
    "outreach.blog": "SELECT source_type, count(*) FROM {name} GROUP BY 1",
    "outreach.bit_scores": "SELECT * FROM {name} WHERE signal_count > 0",
    "outreach.people": "UPDATE {name} SET email_verified = true WHERE email = 'jo@acme.example'",
    "people.company_slot": f"UPDATE {{name}} SET is_filled = true WHERE outreach_id = {ID} AND slot_type = 'CEO'",
    "company.company_master": "SELECT * FROM {name} WHERE domain = 'acme.example'",
    "company.url_discovery_failures": "UPDATE {name} SET disposition = 'ARCHIVED', archived_at = now() WHERE failure_reason = 'dns_error'",
    "shq_error_log": "INSERT INTO {name} (error_type, message) VALUES ('API_ERROR', 'the service answered 500')",
    "people.people_errors": "UPDATE {name} SET retry_count = retry_count + 1 WHERE disposition = 'RETRY'::error_disposition",
}
ARGUMENTS = {
    "outreach_id uuid": ID,
    "outreach_id uuid, min_slots integer DEFAULT 3": f"{ID}, 2",
    "outreach_id uuid, target_hub text": f"{ID}, 'OUTREACH'",
    "tier ttl_tier": "'SHORT'",
    "": "",
}
SAID = """SELECT CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname,
        split_part(obj_description(c.oid, 'pg_class'), E'\\n\\nmade by migrate', 1),
        (SELECT string_agg(format('`%s` %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', '
            ORDER BY a.attnum)
        FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'v'
        AND (n.nspname IN ('outreach', 'people', 'company', 'shq') OR n.nspname = 'public')
    ORDER BY n.nspname, c.relname"""
CALLED = """SELECT p.proname, pg_get_function_arguments(p.oid), pg_get_function_result(p.oid),
        p.provolatile = 'v', split_part(obj_description(p.oid, 'pg_proc'), E'\\n\\nmade by migrate', 1)
    FROM pg_proc p WHERE p.pronamespace = 'shq'::regnamespace ORDER BY p.proname"""


def example(name: str) -> str:
    """Return the example of a relation."""
    text = (READS | WRITES).get(name)
    if text is None:
        text = ERROR if name.endswith("_errors") else "SELECT * FROM {name}"
    return text.format(name=name, key="error_id", id=ID)


def call(name: str, arguments: str, returned: str) -> str:
    """Return the example of a function."""
    rows_of = "* FROM " if returned.startswith("TABLE") else ""
    return f"SELECT {rows_of}shq.{name}({ARGUMENTS[arguments]})"


def text() -> str:
    """Write the whole page."""
    return "".join([HEAD, TYPES, *_relations(), *_functions(), FILES, DIFFERENCES])


def _relations() -> Iterator[str]:
    yield "\n## Tables and views\n"
    for name, words, columns in rows(SAID):
        shown = name if "." in name else f"public.{name}"
        yield f"\n### {shown}\n\n{words}\n\n{columns}\n\n```sql\n{example(name)};\n```\n"


def _functions() -> Iterator[str]:
    yield "\n## Functions\n"
    for name, given, returned, changes, words in rows(CALLED):
        who = " It changes rows: pipelines may call it, readers may not." if changes else ""
        yield (
            f"\n### shq.{name}({given})\n\n{words}{who}\n\nReturns {returned}.\n\n"
            f"```sql\n{call(name, given, returned)};\n```\n"
        )
