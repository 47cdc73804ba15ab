"""Functions find their tables whatever search path the session has: a restore, say, has none.

A function that names a table without its schema carries the path. Others do without: it costs a
microsecond a call, and PostgreSQL inlines no SQL function that has one.
"""

import re
from collections.abc import Collection
from dataclasses import replace

from outreach_admin.db.objects import Kind, SqlObject
from outreach_admin.db.sessions import PATH

BODY = re.compile(r"\sAS\s+(\$\w*\$)(?P<text>.*)\1", re.DOTALL)
# a whole literal is said of a table, in a refusal; a longer one may be a query
LITERAL = re.compile(r"'\w*'")
# it runs with its owner's rights, so nobody's path may lead it elsewhere
DEFINER = "SECURITY DEFINER"
NAME = re.compile(r"(?<![\w.])[a-z_]\w*")


def anchored(one: SqlObject, *, tables: Collection[str]) -> SqlObject:
    """Return the object, with the path where it is a function that needs it."""
    body = BODY.search(one.text)
    if one.key.kind is not Kind.FUNCTION or body is None:
        return one
    is_definer = DEFINER in one.text[: body.start()]
    if not (is_definer or names_bare_table(body["text"], tables=tables)):
        return one
    head, rest = one.text[: body.start()], one.text[body.start() :]
    return replace(one, text=f"{head} SET search_path TO {PATH}{rest}")


def names_bare_table(body: str, *, tables: Collection[str]) -> bool:
    """Whether one of `tables` is named without its schema."""
    return not set(tables).isdisjoint(NAME.findall(LITERAL.sub("", body)))
