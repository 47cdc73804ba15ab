"""A model declares its history, whatever its key and its states are."""

import pytest
from django.db import connection, models, transaction
from django.test.utils import isolate_apps

from governance.declarations.history import History, Moved, RowHistory
from governance.models import Event
from tests.outreach_admin.db.test_declarations import declaring, kept

HISTORY = History("'letters'", state="{row}.word", facts=("owner",))


def attributed(actor: str, action: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('outreach.actor', %s, true), set_config('outreach.action', %s, true)",
            [actor, action],
        )


@isolate_apps("governance")
def test_a_new_model_with_a_counted_key_has_its_changes_recorded(committed_db):
    model = declaring(owner=models.TextField(null=True), history=HISTORY)
    kept(model)

    letter = model.objects.create(word="a", owner="x")
    model.objects.update(word="b")
    with transaction.atomic():
        attributed("nadia", "CORRECT")
        model.objects.update(word="c")
    model.objects.all().delete()

    events = Event.objects.filter(subject_type="letters").order_by("id")
    assert {event.subject_key for event in events} == {str(letter.pk)}
    found = [(e.action, e.actor, e.from_state, e.to_state, e.owner) for e in events]
    assert found == [
        ("CREATE", None, None, "a", "x"),
        ("UPDATE", None, "a", "b", "x"),
        ("CORRECT", "nadia", "b", "c", "x"),
        ("DELETE", None, "c", None, "x"),
    ]
    assert [bool(event.before) for event in events] == [False, True, False, True]
    assert [bool(event.after) for event in events] == [False, True, False, False]


@pytest.mark.parametrize(
    "declared", [{}, {"versioned": True, "version": models.IntegerField(default=1)}]
)
@isolate_apps("governance")
def test_a_row_that_is_written_as_it_was_leaves_no_event(committed_db, declared):
    model = declaring(owner=models.TextField(null=True), history=HISTORY, **declared)
    kept(model)
    model.objects.create(word="a", owner="x")
    model.objects.create(word="b", owner="y")

    model.objects.update(word="b")
    model.objects.update(owner=models.F("owner"))

    events = Event.objects.filter(subject_type="letters", action="UPDATE")
    assert [event.owner for event in events] == ["x"]


@isolate_apps("governance")
def test_a_row_that_moves_elsewhere_is_recorded_once(committed_db):
    to_drawer = Moved("governance_hub", action="PUT_AWAY", state="AWAY")
    model = declaring(
        id=models.TextField(primary_key=True),
        history=History("'letters'", state="{row}.word", moved=to_drawer),
    )
    kept(model)
    model.objects.create(id="HUB-DOL", word="a")
    model.objects.create(id="nowhere", word="b")

    model.objects.all().delete()

    found = Event.objects.filter(subject_type="letters", from_state__isnull=False)
    assert {(e.subject_key, e.action, e.to_state, bool(e.before)) for e in found} == {
        ("HUB-DOL", "PUT_AWAY", "AWAY", False),
        ("nowhere", "DELETE", None, True),
    }


@isolate_apps("governance")
def test_reference_data_keep_whole_rows_under_the_column_that_names_them(committed_db):
    model = declaring(history=RowHistory("word"))
    kept(model)

    model.objects.create(word="a")
    model.objects.update(word="b")
    model.objects.update(word="b")

    found = Event.objects.filter(subject_type="governance_letter").order_by("id")
    assert [(event.action, event.subject_key) for event in found] == [
        ("INSERT", "a"),
        ("UPDATE", "b"),
    ]
    assert (found[1].before["word"], found[1].after["word"]) == ("a", "b")


@pytest.mark.django_db
def test_a_deleted_error_has_no_next_try_any_more():
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'record_huberror_delete'")
        (text,) = cursor.fetchone()

    assert "next_retry_at" not in text and "o.park_reason" in text
