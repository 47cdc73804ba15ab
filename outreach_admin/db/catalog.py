"""What the database has of our objects, and the mark that says they are ours and unaltered."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db.backends.utils import CursorWrapper

from outreach_admin.db.objects import Key, Kind, SqlObject

# a comment on the object: what was declared, and what the catalog then said of it
MARK = "made by migrate: "
BLANK = "\n\n"
# pretty, because what it writes otherwise has other parentheses once it was dumped and restored
OBJECTS = """
WITH home AS (SELECT oid FROM pg_namespace WHERE nspname = %(home)s),
spaces AS (
    SELECT n.oid, CASE WHEN n.oid = home.oid THEN '' ELSE n.nspname || '.' END AS prefix
    FROM pg_namespace n, home
    WHERE n.nspname <> 'information_schema' AND NOT starts_with(n.nspname, 'pg_'))
SELECT 'function', s.prefix || p.proname, p.oid, 'FUNCTION ' || p.oid::regprocedure,
    obj_description(p.oid, 'pg_proc'), md5(pg_get_functiondef(p.oid))
FROM pg_proc p JOIN spaces s ON s.oid = p.pronamespace
WHERE p.prokind = 'f'
  AND NOT EXISTS (SELECT FROM pg_depend d
    WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
UNION ALL
SELECT 'view', s.prefix || c.relname, c.oid, 'VIEW ' || c.oid::regclass,
    obj_description(c.oid, 'pg_class'), md5(concat(pg_get_viewdef(c.oid, true), c.reloptions))
FROM pg_class c JOIN spaces s ON s.oid = c.relnamespace
WHERE c.relkind = 'v'
UNION ALL
SELECT 'rule', s.prefix || c.relname || '.' || r.rulename, r.oid,
    format('RULE %%I ON %%s', r.rulename, c.oid::regclass),
    obj_description(r.oid, 'pg_rewrite'), md5(pg_get_ruledef(r.oid, true))
FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN spaces s ON s.oid = c.relnamespace
WHERE r.rulename <> '_RETURN'
UNION ALL
SELECT 'trigger', s.prefix || c.relname || '.' || t.tgname, t.oid,
    format('TRIGGER %%I ON %%s', t.tgname, c.oid::regclass),
    obj_description(t.oid, 'pg_trigger'), md5(concat(pg_get_triggerdef(t.oid, true), t.tgenabled))
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN spaces s ON s.oid = c.relnamespace
WHERE NOT t.tgisinternal
"""
# views, rules and triggers that cannot be without a function or a view
DEPENDENTS = """
SELECT 'trigger', t.oid
FROM pg_depend d JOIN pg_trigger t ON d.classid = 'pg_trigger'::regclass AND t.oid = d.objid
WHERE d.refclassid = %(catalog)s::regclass AND d.refobjid = %(oid)s AND NOT t.tgisinternal
UNION
SELECT CASE r.rulename WHEN '_RETURN' THEN 'view' ELSE 'rule' END,
    CASE r.rulename WHEN '_RETURN' THEN r.ev_class ELSE r.oid END
FROM pg_depend d JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
WHERE d.refclassid = %(catalog)s::regclass AND d.refobjid = %(oid)s
  AND NOT (r.ev_class = %(oid)s AND r.rulename = '_RETURN')
"""
CATALOGS = {
    Kind.FUNCTION: "pg_proc",
    Kind.VIEW: "pg_class",
    Kind.RULE: "pg_rewrite",
    Kind.TRIGGER: "pg_trigger",
}


@dataclass(frozen=True)
class Present:
    """One object as the database has it; `target` is its full name in DROP and COMMENT."""

    key: Key
    oid: int
    target: str
    comment: str | None
    digest: str

    def __str__(self) -> str:
        return f"{self.key.kind.value} {self.key.name}"

    @property
    def id(self) -> tuple[Kind, int]:
        return self.key.kind, self.oid

    @property
    def is_marked(self) -> bool:
        """Whether a migrate made it."""
        return MARK in (self.comment or "")

    def mark(self, declared: SqlObject) -> str:
        """Return the comment it has when it was made from that object and is as it was made."""
        words = declared.words + BLANK if declared.words else ""
        return f"{words}{MARK}{declared.digest} {self.digest}"


def read(cursor: CursorWrapper) -> list[Present]:
    """Read every function, view, rule and trigger of the database that no extension brought."""
    cursor.execute("SELECT current_schema()")
    (home,) = cursor.fetchone()
    with nothing_in_sight(cursor):
        cursor.execute(OBJECTS, {"home": home})
        return [
            Present(Key(Kind(kind), name), oid, target, comment, digest)
            for kind, name, oid, target, comment, digest in cursor.fetchall()
        ]


def dependents(cursor: CursorWrapper, one: Present) -> set[tuple[Kind, int]]:
    """Return kind and number of the views, rules and triggers that cannot be without an object."""
    cursor.execute(DEPENDENTS, {"catalog": CATALOGS[one.key.kind], "oid": one.oid})
    return {(Kind(kind), oid) for kind, oid in cursor.fetchall()}


@contextmanager
def nothing_in_sight(cursor: CursorWrapper) -> Iterator[None]:
    """Have the catalog write every name with its schema; needs a transaction."""
    cursor.execute("SELECT current_setting('search_path')")
    (before,) = cursor.fetchone()
    cursor.execute("SET LOCAL search_path TO ''")
    yield
    cursor.execute("SELECT set_config('search_path', %s, true)", [before])
