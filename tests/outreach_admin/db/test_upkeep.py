"""Functions, views and triggers become those of this version, and only what must change does."""

import pytest
from django.db import InternalError, NotSupportedError

from outreach_admin.db import roles, sqlfiles, upkeep
from outreach_admin.db.objects import DeclarationRefused
from tests.outreach_admin.db import schema
from tests.servers import RUNNING, SERVERS

ONE = "CREATE OR REPLACE FUNCTION governance.one(n int) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$"
VIEW = "CREATE OR REPLACE VIEW governance.ones AS SELECT governance.one(2) AS n"
OVER = "CREATE OR REPLACE VIEW governance.over AS SELECT * FROM governance.ones"
TOUCH = """CREATE OR REPLACE FUNCTION governance.touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NEW.name := governance.one(2)::text; RETURN NEW; END $$"""
TRIGGER = """CREATE OR REPLACE TRIGGER touched BEFORE UPDATE ON governance_hub
FOR EACH ROW EXECUTE FUNCTION governance.touch()"""
ALL = (ONE, VIEW, OVER, TOUCH, TRIGGER)
NAMES = {
    "function governance.one",
    "view governance.ones",
    "view governance.over",
    "function governance.touch",
    "trigger governance_hub.touched",
}


@pytest.fixture
def kept(monkeypatch):
    """Apply what this version declares, and these statements."""
    ours = upkeep.declared()

    def apply(*texts: str) -> set[str]:
        more = [sqlfiles.parse(text, source="a test") for text in texts]
        wanted = upkeep.in_order([*ours, *more])
        monkeypatch.setattr(upkeep, "declared", lambda: wanted)
        with roles.as_owner():
            return set(upkeep.apply())

    return apply


def by_hand(*statements: str) -> None:
    with roles.as_owner() as database, database.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def value(query: str) -> object:
    with roles.as_owner() as database, database.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]


def test_functions_come_before_views_before_triggers(committed_db, kept):
    assert kept(TRIGGER, VIEW, OVER, TOUCH, ONE) == {f"made {name}" for name in NAMES}


def test_what_is_as_it_was_made_is_left_alone(committed_db, kept):
    kept(*ALL)
    before = schema.rows()

    assert kept(*ALL) == set()
    assert schema.rows() == before


def test_a_changed_body_replaces_the_function_in_place(committed_db, kept):
    kept(*ALL)
    before = value("SELECT 'governance.one(int)'::regprocedure::oid")

    assert kept(ONE.replace("SELECT 1", "SELECT 7"), *ALL[1:]) == {"made function governance.one"}
    assert value("SELECT n FROM governance.over") == 7
    assert value("SELECT 'governance.one(int)'::regprocedure::oid") == before


@pytest.mark.parametrize(
    "changed",
    [
        ONE.replace("RETURNS int", "RETURNS bigint"),
        ONE.replace("n int", "m int"),
        ONE.replace("n int", "n bigint"),
        ONE.replace("n int", "n int, o int DEFAULT 0"),
    ],
)
def test_a_changed_signature_drops_the_function_and_what_needs_it(committed_db, kept, changed):
    kept(*ALL)

    made = kept(changed, *ALL[1:])

    assert made >= {"made function governance.one", "made view governance.ones"}
    assert value("SELECT count(*) FROM pg_proc WHERE proname = 'one'") == 1
    assert value("SELECT n FROM governance.over") == 1
    assert kept(changed, *ALL[1:]) == set()


def test_a_changed_trigger_function_brings_its_triggers_back(committed_db, kept):
    kept(*ALL)
    by_hand("DROP FUNCTION governance.touch() CASCADE")

    assert kept(*ALL) == {"made function governance.touch", "made trigger governance_hub.touched"}
    by_hand("UPDATE governance_hub SET team = 'x' WHERE id = 'HUB-DOL'")
    assert value("SELECT name FROM governance_hub WHERE id = 'HUB-DOL'") == "1"


@pytest.mark.parametrize(
    "changed",
    [
        VIEW.replace("governance.one(2) AS n", "2 AS m, 1 AS n"),
        VIEW.replace("governance.one(2)", "governance.one(2)::text"),
    ],
)
def test_changed_columns_drop_the_view_and_the_views_over_it(committed_db, kept, changed):
    kept(*ALL)

    made = kept(ONE, changed, *ALL[2:])

    assert made == {"made view governance.ones", "made view governance.over"}
    assert str(value("SELECT n FROM governance.over")) == "1"


def test_what_is_declared_no_longer_is_dropped(committed_db, kept):
    before = schema.texts()
    kept(*ALL)

    assert kept() == {f"dropped {name}" for name in NAMES}
    assert schema.texts() == before


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("DROP TRIGGER touched ON governance_hub", "trigger governance_hub.touched"),
        ("ALTER TABLE governance_hub DISABLE TRIGGER touched", "trigger governance_hub.touched"),
        ("ALTER FUNCTION governance.one(int) STRICT", "function governance.one"),
        (ONE.replace("SELECT 1", "SELECT 2"), "function governance.one"),
        ("DROP VIEW governance.over", "view governance.over"),
        ("CREATE OR REPLACE VIEW governance.over AS SELECT 3 AS n", "view governance.over"),
        ("COMMENT ON VIEW governance.over IS 'mine'", "view governance.over"),
        (ONE.replace("n int", "n text"), "function governance.one"),
    ],
)
def test_what_was_altered_by_hand_is_told_and_comes_back(committed_db, kept, statement, name):
    kept(*ALL)
    before = schema.texts()
    by_hand(statement)

    assert upkeep.differing(upkeep.declared()) == [name]
    assert f"made {name}" in kept(*ALL)
    assert schema.texts() == before
    assert value("SELECT tgenabled FROM pg_trigger WHERE tgname = 'touched'") == "O"


def test_what_others_build_on_it_stops_a_drop_and_changes_nothing(committed_db, kept):
    kept(*ALL)
    by_hand("CREATE VIEW public.theirs AS SELECT n FROM governance.over")
    before = schema.texts()

    with pytest.raises((InternalError, NotSupportedError), match=r"theirs|other objects depend"):
        kept()

    assert schema.texts() == before


def test_functions_of_migrations_are_nobody_elses(committed_db, kept):
    before = value("SELECT xmin::text FROM pg_proc WHERE proname = 'facet_key'")

    kept()

    assert value("SELECT xmin::text FROM pg_proc WHERE proname = 'facet_key'") == before


def test_what_indexes_and_columns_use_is_frozen_in_a_migration(committed_db):
    used = """SELECT DISTINCT d.refobjid::regproc::text AS name, obj_description(d.refobjid, 'pg_proc')
        FROM pg_depend d JOIN pg_proc p ON p.oid = d.refobjid
        WHERE d.refclassid = 'pg_proc'::regclass AND NOT starts_with(p.pronamespace::regnamespace::text, 'pg_')
          AND d.classid IN ('pg_class'::regclass, 'pg_constraint'::regclass, 'pg_attrdef'::regclass)
        ORDER BY name"""

    with roles.as_owner() as database, database.cursor() as cursor:
        cursor.execute(used)

        assert cursor.fetchall() == [
            ("governance.facet_key", None),
            ("governance.number_of_standing", None),
            ("governance.standing_key", None),
        ]


def test_one_name_is_declared_once(monkeypatch):
    one = sqlfiles.parse(ONE, source="one.sql")
    again = sqlfiles.parse(ONE, source="two.sql")
    monkeypatch.setattr(sqlfiles, "read_all", lambda: iter([one, again]))

    with pytest.raises(DeclarationRefused, match=r"declared by one.sql and by two.sql"):
        upkeep.declared()


def test_the_name_of_a_trigger_carries_its_table():
    keys = {str(one) for one in upkeep.declared()}

    assert "trigger governance_huberror.a_guard" in keys
    assert "trigger governance_archivederror.a_guard" in keys


RULE = "CREATE OR REPLACE RULE kept AS ON DELETE TO governance.over DO INSTEAD NOTHING"


def test_a_rule_comes_with_its_view_and_comes_back(committed_db, kept):
    assert kept(*ALL, RULE) == {f"made {name}" for name in (*NAMES, "rule governance.over.kept")}
    before = schema.texts()

    by_hand("DROP RULE kept ON governance.over")
    assert upkeep.differing(upkeep.declared()) == ["rule governance.over.kept"]
    assert kept(*ALL, RULE) == {"made rule governance.over.kept"}
    changed = VIEW.replace("governance.one(2)", "governance.one(2)::text")
    assert "made rule governance.over.kept" in kept(ONE, changed, *ALL[2:], RULE)

    assert kept(*ALL, RULE) >= {"made view governance.over", "made rule governance.over.kept"}
    assert schema.texts() == before


def test_words_are_said_in_the_catalog_and_kept_up(committed_db, monkeypatch):
    ours = upkeep.declared()

    def said(words: str) -> str:
        one = sqlfiles.parse(VIEW.replace("governance.one(2)", "2"), source="a test", words=words)
        monkeypatch.setattr(upkeep, "declared", lambda: upkeep.in_order([*ours, one]))
        with roles.as_owner():
            upkeep.apply()
        assert upkeep.differing(upkeep.declared()) == []
        return str(value("SELECT obj_description('governance.ones'::regclass)"))

    assert said("All 'ones'.").startswith("All 'ones'.\n\nmade by migrate: ")
    assert said("Some ones.").startswith("Some ones.\n\nmade by migrate: ")
    assert said("").startswith("made by migrate: ")


THEIRS = "CREATE OR REPLACE VIEW reference.theirs AS SELECT 1 AS n"


@pytest.mark.parametrize(
    ("statements", "why"),
    [
        (["CREATE TABLE reference.theirs (n int)"], "a table of this name is there already."),
        (
            [
                "CREATE VIEW reference.theirs AS SELECT 2 AS n",
                f"ALTER VIEW reference.theirs OWNER TO {RUNNING}",
            ],
            "a view of this name is there already, made by somebody else.",
        ),
        (
            [f"ALTER SCHEMA reference OWNER TO {RUNNING}"],
            "its schema belongs to somebody else.",
        ),
    ],
)
def test_a_name_that_somebody_else_uses_is_left_alone_and_said(committed_db, kept, statements, why):
    with SERVERS.superuser(SERVERS.database) as database:
        for statement in statements:
            database.execute(statement)

    assert kept(THEIRS) == set()

    assert f"reference.theirs is left alone: {why}" in upkeep.left_alone()
    assert not [one for one in upkeep.differing(upkeep.declared()) if "theirs" in one]
