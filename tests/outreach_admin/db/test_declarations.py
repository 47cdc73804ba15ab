"""A new model says what it is, and the database keeps to it without an SQL file."""

import pytest
from django.db import ProgrammingError, models, transaction
from django.db.utils import IntegrityError
from django.test.utils import isolate_apps

from outreach_admin.db import declarations, roles, upkeep
from outreach_admin.db.declarations import AfterRows, AfterStatements


def declaring(**declared: object) -> type[models.Model]:
    """A model of one word with these declarations."""
    attributes = {
        "__module__": __name__,
        "Meta": type("Meta", (), {"app_label": "governance"}),
        "word": models.TextField(),
    }
    return type("Letter", (models.Model,), attributes | declared)


def kept(model: type[models.Model]) -> None:
    """Make the table of a model, and what keeps it to its declarations."""
    with roles.as_owner() as database:
        with database.schema_editor() as editor:
            editor.create_model(model)
        with transaction.atomic(), database.cursor() as cursor:
            wanted = upkeep.in_order([*upkeep.declared(), *declarations.of(model)])
            upkeep.Upkeep(cursor, wanted).run()
            for statement in roles.grants(known=set(), schemas=["public"], role="outreach_app"):
                cursor.execute(statement)


def names(model: type[models.Model]) -> set[str]:
    return {one.key.name.rpartition(".")[2] for one in declarations.of(model)}


@isolate_apps("governance")
def test_a_model_that_declares_nothing_gets_nothing():
    assert names(declaring(append_only=False, versioned=None)) == set()


@isolate_apps("governance")
def test_declarations_add_up_and_repeat_nothing():
    model = declaring(append_only=True, never_deleted=True, never_emptied=True)

    found = [one.key.name for one in declarations.of(model)]

    assert sorted(found) == [
        "governance_letter.append_only",
        "governance_letter.never_deleted",
        "governance_letter.never_emptied",
    ]


@isolate_apps("governance")
def test_declarations_come_down_from_a_base():
    base = declaring(versioned=True, told=AfterRows("e_told", "governance.tell", ("it's",)))
    base._meta.abstract = True
    child = type(
        "Post",
        (base,),
        {"__module__": __name__, "Meta": type("Meta", (), {"app_label": "governance"})},
    )

    (told,) = [one for one in declarations.of(child) if one.key.name.endswith("e_told")]

    assert names(child) == {"a_key", "a_version", "e_told"}
    assert told.text.endswith("EXECUTE FUNCTION governance.tell('it''s')")


@isolate_apps("governance")
def test_each_kind_of_statement_gets_the_rows_it_has():
    model = declaring(counted=AfterStatements("x", "governance.f", ("a", "b")))

    texts = {one.key.name.rpartition(".")[2]: one.text for one in declarations.of(model)}

    assert set(texts) == {"x_insert", "x_update", "x_delete"}
    assert "REFERENCING NEW TABLE AS new_rows FOR" in texts["x_insert"]
    assert "OLD TABLE AS old_rows NEW TABLE AS new_rows FOR" in texts["x_update"]
    assert "REFERENCING OLD TABLE AS old_rows FOR" in texts["x_delete"]


@pytest.mark.parametrize(
    ("flag", "refused"),
    [
        (
            "append_only",
            {
                "UPDATE {} SET word = 'b'": "is append-only: UPDATE refused",
                "DELETE FROM {}": "is append-only: DELETE refused",
                "TRUNCATE {}": "is never emptied at once: TRUNCATE refused",
            },
        ),
        (
            "never_deleted",
            {
                "DELETE FROM {}": "keeps its rows for good: DELETE refused",
                "TRUNCATE {}": "is never emptied at once: TRUNCATE refused",
            },
        ),
        ("never_emptied", {"TRUNCATE {}": "is never emptied at once: TRUNCATE refused"}),
    ],
)
@isolate_apps("governance")
def test_even_the_owner_is_held_to_what_a_model_declares(committed_db, flag, refused):
    model = declaring(**{flag: True})
    kept(model)
    model.objects.create(word="a")

    with roles.as_owner() as database, database.cursor() as cursor:
        for statement, said in refused.items():
            with pytest.raises(ProgrammingError, match=f"governance_letter {said}"):
                cursor.execute(statement.format("governance_letter"))
    assert model.objects.count() == 1


@isolate_apps("governance")
def test_a_versioned_row_counts_its_changes_and_keeps_its_id(committed_db):
    model = declaring(versioned=True, version=models.IntegerField(default=1))
    kept(model)
    letter = model.objects.create(word="a")

    model.objects.update(word="b", version=40)
    with pytest.raises(IntegrityError, match="a letter keeps its id"):
        model.objects.update(id=letter.id + 1)
    model.objects.update(id=letter.id, word="c")

    letter.refresh_from_db()
    assert (letter.word, letter.version) == ("c", 3)


@pytest.mark.parametrize("written", [{"word": "a"}, {"version": 1}, {"version": 40}])
@isolate_apps("governance")
def test_a_row_that_is_written_as_it_was_keeps_its_version(committed_db, written):
    model = declaring(versioned=True, version=models.IntegerField(default=1))
    kept(model)
    letter = model.objects.create(word="a")

    assert model.objects.update(**written) == 1

    letter.refresh_from_db()
    assert letter.version == 1
