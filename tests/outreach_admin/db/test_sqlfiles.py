"""Reading SQL objects from files."""

import pytest
from django.apps import apps

from outreach_admin.db import sqlfiles
from outreach_admin.db.objects import DeclarationRefused, Key, Kind

FUNCTION = """-- what it promises; and more
CREATE OR REPLACE FUNCTION governance.one(text text DEFAULT ';') RETURNS int LANGUAGE plpgsql AS $body$
BEGIN
    -- a reason; kept
    RETURN '$$;$$';
END
$body$;
"""


def written(tmp_path, name: str, text: str):
    path = tmp_path / name
    path.parent.mkdir()
    path.write_text(text)
    return list(sqlfiles.read(path, source=f"app/sql/{name}"))


def test_a_statement_ends_at_a_semicolon_outside_of_texts_and_bodies(tmp_path):
    (one, two) = written(
        tmp_path, "functions/a.sql", FUNCTION + FUNCTION.replace("governance.one", "two")
    )

    assert (one.key, two.key) == (
        Key(Kind.FUNCTION, "governance.one"),
        Key(Kind.FUNCTION, "two"),
    )
    assert one.text.startswith("CREATE OR REPLACE") and one.text.endswith("$body$")
    assert (one.schema, two.schema) == ("governance", "")
    assert str(one) == "function governance.one"


def test_comments_between_statements_change_no_digest(tmp_path):
    (one,) = written(tmp_path, "functions/a.sql", FUNCTION)
    (other,) = written(tmp_path, "surface/a.sql", "/* new; words */" + FUNCTION)

    assert one.digest == other.digest


def test_what_stands_right_above_a_statement_of_the_surface_is_said_of_it(tmp_path):
    text = f"-- Of the file.\n\n-- What it\n-- offers; more.\n{FUNCTION.partition(chr(10))[2]}"

    (said,) = written(tmp_path, "surface/a.sql", text)
    (unsaid,) = written(tmp_path, "functions/a.sql", text)

    assert (said.words, unsaid.words) == ("What it offers; more.", "")


def test_a_rule_is_named_with_its_view(tmp_path):
    text = "CREATE OR REPLACE RULE taken AS ON INSERT TO company.rows DO INSTEAD NOTHING;"

    (found,) = written(tmp_path, "surface/a.sql", text)

    assert (found.key, found.schema) == (Key(Kind.RULE, "company.rows.taken"), "company")


def test_a_trigger_is_named_with_its_table(tmp_path):
    text = """CREATE OR REPLACE TRIGGER a_guard BEFORE UPDATE OF x, y ON company.rows
        FOR EACH ROW WHEN (NEW.x <> OLD.x) EXECUTE FUNCTION one();"""

    (found,) = written(tmp_path, "triggers/company.rows.sql", text)

    assert found.key == Key(Kind.TRIGGER, "company.rows.a_guard")
    assert found.schema == "company"


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("functions/a.sql", "CREATE FUNCTION one() RETURNS int;", "only CREATE OR REPLACE"),
        ("functions/a.sql", "DROP TABLE governance_hub;", "only CREATE OR REPLACE"),
        ("functions/a.sql", FUNCTION.rstrip().removesuffix(";"), "does not end"),
        ("views/a.sql", FUNCTION, "a function lies elsewhere"),
        ("others/a.sql", FUNCTION, "SQL lies in functions"),
        (
            "triggers/a.sql",
            "CREATE OR REPLACE TRIGGER t BEFORE UPDATE ON b FOR EACH ROW EXECUTE FUNCTION f();",
            "belongs to another table",
        ),
    ],
)
def test_what_is_no_object_or_lies_elsewhere_is_refused(tmp_path, name, text, sentence):
    with pytest.raises(DeclarationRefused, match=sentence):
        written(tmp_path, name, text)


def test_an_app_declares_its_folder_by_having_it(tmp_path, monkeypatch):
    monkeypatch.setattr(apps.get_app_config("sessions"), "path", str(tmp_path))
    (tmp_path / "sql" / "functions").mkdir(parents=True)
    (tmp_path / "sql" / "functions" / "a.sql").write_text(FUNCTION)

    sources = [one.source for one in sqlfiles.read_all()]

    assert "django.contrib.sessions/sql/functions/a.sql" in sources
    assert "governance/sql/functions/history.sql" in sources
