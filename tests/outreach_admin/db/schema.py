"""What the catalogs say of a database: its texts, and which rows of theirs hold them."""

from django.db import connection

OURS = "NOT starts_with(n.nspname, 'pg_') AND n.nspname <> 'information_schema'"
TEXTS = (
    f"""SELECT 'function', pg_get_functiondef(p.oid), obj_description(p.oid, 'pg_proc')
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE p.prokind = 'f' AND {OURS}""",
    f"""SELECT 'trigger', pg_get_triggerdef(t.oid), concat(t.tgenabled, obj_description(t.oid, 'pg_trigger'))
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE NOT t.tgisinternal AND {OURS}""",
    f"""SELECT 'relation', c.oid::regclass::text,
        concat(c.relkind, c.reloptions, c.relacl, obj_description(c.oid, 'pg_class'),
            CASE WHEN c.relkind = 'v' THEN pg_get_viewdef(c.oid) END)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {OURS}""",
    f"""SELECT 'constraint', concat(k.conrelid::regclass, ' ', k.conname), pg_get_constraintdef(k.oid)
    FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace WHERE {OURS}""",
    f"""SELECT 'index', i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE {OURS}""",
    f"""SELECT 'column', concat(c.oid::regclass, '.', a.attname),
        concat_ws(' ', a.attnum, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attgenerated,
            a.attidentity, pg_get_expr(d.adbin, d.adrelid))
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE a.attnum > 0 AND NOT a.attisdropped AND {OURS}""",
)
# COMMENT ON writes the description of whatever is made, so that nothing is made unseen
ROWS = (
    f"""SELECT 'description', d.classoid::bigint, d.objoid::bigint, d.xmin::text FROM pg_description d
    JOIN pg_proc p ON p.oid = d.objoid JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {OURS}""",
    "SELECT 'trigger', t.oid::bigint, t.tgrelid::bigint, t.xmin::text FROM pg_trigger t WHERE NOT t.tgisinternal",
    f"""SELECT 'function', p.oid::bigint, 0, md5(pg_get_functiondef(p.oid))
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.prokind = 'f' AND {OURS}""",
    f"SELECT 'relation', c.oid::bigint, c.relfilenode::bigint, c.relkind::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {OURS}",
    "SELECT 'rule', r.oid::bigint, r.ev_class::bigint, r.xmin::text FROM pg_rewrite r",
)


def read(queries: tuple[str, ...]) -> set[tuple]:
    with connection.cursor() as cursor:
        found: set[tuple] = set()
        for query in queries:
            cursor.execute(query)
            found.update(cursor.fetchall())
    return found


def texts() -> set[tuple]:
    """What every object of ours says."""
    return read(TEXTS)


def rows() -> set[tuple]:
    """Which catalog rows hold the functions, views and triggers: others where one was made anew."""
    return read(ROWS)
