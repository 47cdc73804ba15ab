"""Make the functions, views, rules and triggers those of this version, and tell where they are not.

An object is left alone when the mark in its comment says that it was made from the same text, and
that the catalog still describes it as it did then: what somebody dropped, altered or switched off
by hand comes back.
"""

from collections.abc import Iterable, Iterator

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, ProgrammingError, connections, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import errors, sql

from outreach_admin.db import catalog, declarations, paths, sqlfiles
from outreach_admin.db.catalog import Present
from outreach_admin.db.objects import DeclarationRefused, Key, Kind, SqlObject
from outreach_admin.db.rights import kept

LOCK = 5_318_010
# what stands where a view would: a table, the view of another owner; whoever asks
OCCUPIED = """SELECT n.nspname || '.' || c.relname, CASE c.relkind WHEN 'v' THEN 'view' ELSE 'table' END
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_class ours ON ours.oid = to_regclass('django_migrations')
    WHERE n.nspname || '.' || c.relname = ANY (%(views)s)
        AND (c.relkind <> 'v' OR c.relowner <> ours.relowner)"""
# schemas that the owner of our tables may not write to
CLOSED = """SELECT n.nspname
    FROM pg_namespace n
    JOIN pg_class ours ON ours.oid = to_regclass('django_migrations')
    WHERE NOT has_schema_privilege(ours.relowner, n.oid, 'CREATE')"""
LEFT_ALONE = {
    "table": "{name} is left alone: a table of this name is there already.",
    "view": "{name} is left alone: a view of this name is there already, made by somebody else.",
    "schema": "{name} is left alone: its schema belongs to somebody else.",
}
# another signature, other columns: CREATE OR REPLACE refuses
OTHER_SHAPE = (errors.InvalidFunctionDefinition, errors.InvalidTableDefinition)


def declared() -> list[SqlObject]:
    """Return the objects of this version in their order; refuses a name declared twice."""
    found: dict[Key, SqlObject] = {}
    tables = {model._meta.db_table for model in apps.get_models()}
    for one in (*sqlfiles.read_all(), *declarations.of_models()):
        if other := found.get(one.key):
            raise DeclarationRefused(f"{one} is declared by {other.source} and by {one.source}.")
        found[one.key] = paths.anchored(one, tables=tables)
    return in_order(found.values())


def in_order(objects: Iterable[SqlObject]) -> list[SqlObject]:
    """Put functions before views before rules before triggers, each kind as it was declared."""
    order = list(Kind)
    return sorted(objects, key=lambda one: order.index(one.key.kind))


def differing(wanted: Iterable[SqlObject], *, using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Name what the database lacks, has otherwise, or has from another version."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        return differing_at(cursor, wanted)


def differing_at(cursor: CursorWrapper, wanted: Iterable[SqlObject]) -> list[str]:
    """Name the same on a connection of the caller's; needs a transaction."""
    upkeep = Upkeep(cursor, list(wanted))
    return [str(one) for one in (*upkeep.stale(), *upkeep.gone())]


def apply(*, using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Make the objects those of this version in one transaction, as the owner; say what was done."""
    wanted = declared()
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        # a function may name what is made after it
        cursor.execute("SET LOCAL check_function_bodies TO off")
        return Upkeep(cursor, wanted).run()


def left_alone(*, using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Say of each view or function that is not made, because its name or schema is in use, why."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        return [said for said in Upkeep(cursor, declared()).left_alone.values() if said]


class Upkeep:
    """The objects of one database set against those wanted."""

    def __init__(self, cursor: CursorWrapper, wanted: list[SqlObject]) -> None:
        self.cursor = cursor
        self.left_alone = dict(self.occupied(wanted))
        self.wanted = [one for one in wanted if one.key not in self.left_alone]
        self.present: dict[str, Present] = {}
        self.look()

    def look(self) -> None:
        self.present = {one.target: one for one in catalog.read(self.cursor)}

    def occupied(self, wanted: list[SqlObject]) -> Iterator[tuple[Key, str]]:
        """Pair what is not made with a sentence; what stands on such a view goes without one."""
        closed, taken = self.closed(), self.taken(wanted)
        for one in wanted:
            what = "schema" if one.schema in closed else taken.get(one.relation, "")
            stands_alone = one.key.kind in (Kind.VIEW, Kind.FUNCTION)
            if what:
                said = LEFT_ALONE[what].format(name=one.key.name)
                yield one.key, said if stands_alone else ""

    def closed(self) -> set[str]:
        self.cursor.execute(CLOSED)
        return {schema for (schema,) in self.cursor.fetchall()}

    def taken(self, wanted: list[SqlObject]) -> dict[str, str]:
        """Say what stands at the names of views."""
        self.cursor.execute("SELECT current_schema()")
        (home,) = self.cursor.fetchone()
        views = [one for one in wanted if one.key.kind is Kind.VIEW]
        full = {
            f"{one.schema or home}.{one.key.name.split('.')[-1]}": one.relation for one in views
        }
        self.cursor.execute(OCCUPIED, {"views": list(full)})
        return {full[name]: what for name, what in self.cursor.fetchall()}

    def named(self, key: Key) -> list[Present]:
        """Return what bears that name; of functions there may be several."""
        return [one for one in self.present.values() if one.key == key]

    def is_as_made(self, wanted: SqlObject) -> bool:
        """Whether it is there, made from this text and not altered since."""
        found = self.named(wanted.key)
        return len(found) == 1 and found[0].comment == found[0].mark(wanted)

    def stale(self) -> list[SqlObject]:
        """Return what is missing or not as it was made."""
        return [one for one in self.wanted if not self.is_as_made(one)]

    def gone(self) -> list[Present]:
        """Return what another version made and this one does not know, triggers first."""
        known = {one.key for one in self.wanted} | set(self.left_alone)
        order = list(Kind)
        ours = [one for one in self.present.values() if one.is_marked and one.key not in known]
        return sorted(ours, key=lambda one: order.index(one.key.kind), reverse=True)

    def run(self) -> list[str]:
        """Drop what is gone, make what is stale, mark what was made."""
        granted = kept.read(self.cursor)
        gone = self.gone()
        self.drop(gone)
        self.make_schemas()
        made = []
        # each looked at in its turn: making one may take others away that come after it
        for wanted in self.wanted:
            if not self.is_as_made(wanted):
                self.make(wanted)
                made.append(wanted)
        if made:
            self.look()
        for wanted in made:
            self.mark(wanted)
        if made:
            kept.give_back(self.cursor, granted)
        return [*(f"dropped {one}" for one in gone), *(f"made {one}" for one in made)]

    def make_schemas(self) -> None:
        for schema in sorted({one.schema for one in self.wanted} - {""}):
            self.cursor.execute("SELECT to_regnamespace(%s) IS NULL", [schema])
            if self.cursor.fetchone()[0]:
                self.cursor.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))

    def make(self, wanted: SqlObject) -> None:
        """Create or replace one object; where its shape changed, drop it first."""
        before = self.named(wanted.key)
        try:
            with transaction.atomic(using=self.cursor.db.alias):
                self.cursor.execute(wanted.text)
        except ProgrammingError as refusal:
            if not (before and isinstance(refusal.__cause__, OTHER_SHAPE)):
                raise
            self.drop(before)
            self.cursor.execute(wanted.text)
        if before and wanted.key.kind is Kind.FUNCTION:
            self.leave_one(wanted, before)

    def leave_one(self, wanted: SqlObject, before: list[Present]) -> None:
        """Drop the functions of that name that the new one stands beside, with other arguments."""
        now = [one for one in catalog.read(self.cursor) if one.key == wanted.key]
        if len(now) > 1:
            self.drop(before)
            self.cursor.execute(wanted.text)

    def drop(self, found: list[Present]) -> None:
        """Drop objects after what of ours needs them; refused when something else does."""
        for one in found:
            if one.target in self.present:
                needing = catalog.dependents(self.cursor, one)
                self.drop([p for p in self.present.values() if p.is_marked and p.id in needing])
                self.cursor.execute(f"DROP {one.target}")
                del self.present[one.target]

    def mark(self, wanted: SqlObject) -> None:
        """Note on the object what it was made from, and how the catalog describes it."""
        (found,) = self.named(wanted.key)
        text = sql.SQL("COMMENT ON {} IS {}")
        told = sql.Literal(found.mark(wanted))
        self.cursor.execute(text.format(sql.SQL(found.target), told))
