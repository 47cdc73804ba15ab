"""Rights that people gave by hand on views and functions of ours: they outlive the object, when it is made anew.

What is offered to others stands over columns that a migration may have to change, so these views step
aside while migrations run; what was granted on them waits in a table until they are back.
"""

from django.db import DatabaseError, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from outreach_admin.db.objects import Kind, SqlObject

# whole grants as statements; those of the owner come with the object
GRANTED = """
    SELECT format('GRANT %%s ON TABLE %%s TO %%s%%s', a.privilege_type, c.oid::regclass, g.name, g.further)
    FROM pg_class c
    CROSS JOIN LATERAL aclexplode(c.relacl) a
    CROSS JOIN LATERAL (SELECT
        CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END AS name,
        CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS further) g
    WHERE c.relkind = 'v' AND a.grantee <> c.relowner AND {ours}
    UNION ALL
    SELECT format('GRANT %%s (%%I) ON TABLE %%s TO %%s', a.privilege_type, t.attname, c.oid::regclass,
        CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END)
    FROM pg_class c
    JOIN pg_attribute t ON t.attrelid = c.oid AND NOT t.attisdropped
    CROSS JOIN LATERAL aclexplode(t.attacl) a
    WHERE c.relkind = 'v' AND a.grantee <> c.relowner AND {ours}
    UNION ALL
    SELECT format('GRANT %%s ON FUNCTION %%s TO %%s', a.privilege_type, p.oid::regprocedure,
        CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END)
    FROM pg_proc p
    CROSS JOIN LATERAL aclexplode(p.proacl) a
    WHERE a.grantee <> p.proowner AND strpos(obj_description(p.oid, 'pg_proc'), %(mark)s) > 0"""
OURS = "strpos(obj_description(c.oid, 'pg_class'), %(mark)s) > 0"
MARK = "made by migrate: "
THERE = "SELECT to_regclass('outreach_admin.kept_rights') IS NOT NULL"
KEEP = "CREATE TABLE IF NOT EXISTS outreach_admin.kept_rights (statement text PRIMARY KEY)"
INSERT = "INSERT INTO outreach_admin.kept_rights SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING"
KEPT = "SELECT statement FROM outreach_admin.kept_rights"
FORGET = "DROP TABLE outreach_admin.kept_rights"


def read(cursor: CursorWrapper) -> set[str]:
    """Return the statements that would give what is granted on our views and functions now, and what is kept."""
    with_names = GRANTED.format(ours=OURS)
    cursor.execute(with_names, {"mark": MARK})
    found = {statement for (statement,) in cursor.fetchall()}
    return found | _kept(cursor)


def give_back(cursor: CursorWrapper, wanted: set[str]) -> None:
    """Give again what is missing of `wanted`; what stands no longer, or under another shape, is passed over."""
    for statement in sorted(wanted - _now(cursor)):
        try:
            with transaction.atomic(using=cursor.db.alias):
                cursor.execute(sql.SQL(statement))
        except DatabaseError:
            # its object, column or role is gone
            continue
    cursor.execute(THERE)
    if cursor.fetchone()[0]:
        cursor.execute(FORGET)


def put_away(cursor: CursorWrapper, offered: list[SqlObject]) -> None:
    """Drop the offered views, and keep what was granted on them; one that others build on stays."""
    views = [one.key.name for one in offered if one.key.kind is Kind.VIEW and one.words]
    cursor.execute("SELECT v FROM unnest(%s::text[]) v WHERE to_regclass(v) IS NOT NULL", [views])
    standing = [name for (name,) in cursor.fetchall()]
    if not standing:
        return
    granted = read(cursor)
    cursor.execute(KEEP)
    cursor.execute(INSERT, [sorted(granted)])
    for name in standing:
        try:
            with transaction.atomic(using=cursor.db.alias):
                view = sql.Identifier(*name.split("."))
                cursor.execute(sql.SQL("DROP VIEW {}").format(view))
        except DatabaseError:
            # a migration that needs it gone says so itself
            continue


def _now(cursor: CursorWrapper) -> set[str]:
    cursor.execute(GRANTED.format(ours=OURS), {"mark": MARK})
    return {statement for (statement,) in cursor.fetchall()}


def _kept(cursor: CursorWrapper) -> set[str]:
    cursor.execute(THERE)
    if not cursor.fetchone()[0]:
        return set()
    cursor.execute(KEPT)
    return {statement for (statement,) in cursor.fetchall()}
