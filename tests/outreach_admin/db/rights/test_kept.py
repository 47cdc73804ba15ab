"""What was granted by hand outlives the view that it was granted on."""

from collections.abc import Iterator

import pytest

from outreach_admin.db import roles, upkeep
from outreach_admin.db.rights import kept
from tests.servers import SERVERS

GUEST = "outreach_test_guest"
VIEW = "outreach.dol"
GRANTS = (
    f"GRANT SELECT, UPDATE ON {VIEW} TO {GUEST} WITH GRANT OPTION",
    f"GRANT INSERT (ein) ON {VIEW} TO {GUEST}",
    f"GRANT SELECT ON {VIEW} TO PUBLIC",
    f"GRANT EXECUTE ON FUNCTION shq.fn_check_dol_done(uuid) TO {GUEST}",
)
RIGHTS = """SELECT array_agg(a::text ORDER BY a::text)
    FROM pg_class c, unnest(c.relacl || (SELECT t.attacl FROM pg_attribute t
        WHERE t.attrelid = c.oid AND t.attname = 'ein')) a WHERE c.oid = 'outreach.dol'::regclass"""
KEPT = "SELECT to_regclass('outreach_admin.kept_rights')"


def by_owner(*statements: str) -> list[tuple]:
    with roles.as_owner() as database, database.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture
def guest(committed_db) -> Iterator[None]:
    """A role of somebody else, with rights that people gave by hand."""
    with SERVERS.superuser(SERVERS.database) as database:
        database.execute(f"DROP ROLE IF EXISTS {GUEST}")
        database.execute(f"CREATE ROLE {GUEST}")
        by_owner(*GRANTS)
        yield
        database.execute(f"DROP OWNED BY {GUEST}")
        database.execute(f"DROP ROLE {GUEST}")


def migrated(*changes: str) -> None:
    """Do what migrate does around changes of the tables."""
    with roles.as_owner() as database, database.cursor() as cursor:
        kept.put_away(cursor, upkeep.declared())
    by_owner(*changes)
    with roles.as_owner():
        upkeep.apply()


def test_a_column_changes_under_a_view_and_its_rights_stay(guest):
    before = by_owner(RIGHTS)

    migrated("ALTER TABLE governance_blogcontent ALTER context_summary TYPE varchar")

    assert by_owner(RIGHTS) == before
    assert by_owner(KEPT) == [(None,)]
    assert upkeep.differing(upkeep.declared()) == []


def test_what_waits_is_given_back_by_the_next_run(guest):
    before = by_owner(RIGHTS)
    with roles.as_owner() as database, database.cursor() as cursor:
        kept.put_away(cursor, upkeep.declared())
        kept.put_away(cursor, upkeep.declared())

    with roles.as_owner():
        upkeep.apply()

    assert by_owner(RIGHTS) == before


def test_a_view_that_others_build_on_stays(guest):
    by_owner("CREATE VIEW public.theirs AS SELECT ein FROM outreach.dol")

    migrated()

    assert by_owner("SELECT count(*) FROM public.theirs") == [(0,)]
    assert upkeep.differing(upkeep.declared()) == []


def test_a_role_that_is_gone_stops_nothing(guest):
    with roles.as_owner() as database, database.cursor() as cursor:
        kept.put_away(cursor, upkeep.declared())
    with SERVERS.superuser(SERVERS.database) as database:
        database.execute(f"DROP OWNED BY {GUEST}")
        database.execute(f"ALTER ROLE {GUEST} RENAME TO {GUEST}_gone")
        try:
            with roles.as_owner():
                upkeep.apply()
        finally:
            database.execute(f"ALTER ROLE {GUEST}_gone RENAME TO {GUEST}")

    assert upkeep.differing(upkeep.declared()) == []
