"""What operations act on: declared once, found by name and by row."""

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.urls import reverse

from governance import subjects
from governance.filters.errors import ErrorFilter
from governance.models import ArchivedError, CompanyTarget, Hub, HubError
from governance.queries.operations import effects
from governance.subjects import Subject
from outreach_admin.lists.filters import StrictFilterSet
from tests import make

User = get_user_model()
PERSON = {
    "model": User,
    "noun": "person",
    "filterset": "tests.outreach_admin.ui.people.PersonFilter",
}


@pytest.fixture
def known(monkeypatch):
    """Subjects as they are, for a test that adds to them."""
    monkeypatch.setattr(subjects, "_SUBJECTS", dict(subjects._SUBJECTS))


def test_a_row_knows_its_subject():
    assert subjects.of(HubError()) is subjects.named("error")
    assert subjects.of(ArchivedError()) is subjects.named("archive")
    assert subjects.of(CompanyTarget()) is subjects.named("company_target")


def test_what_nobody_declared_is_no_subject():
    with pytest.raises(LookupError, match="do not act on Hub"):
        subjects.of(Hub())
    with pytest.raises(KeyError):
        subjects.named("hub")


@pytest.mark.usefixtures("known")
def test_an_app_adds_a_subject_and_a_name_is_taken_once():
    person = subjects.register(Subject(name="person", nouns="people", **PERSON))

    assert subjects.register(person) is subjects.named("person") is person
    assert subjects.of(User()) is person
    with pytest.raises(ValueError, match="a subject “person” already"):
        subjects.register(Subject(name="person", **PERSON))


@pytest.mark.parametrize(
    ("nouns", "rows", "called"),
    [("people", 1, "person"), ("people", 0, "people"), ("", 2, "persons")],
)
def test_rows_are_called_by_their_number(nouns, rows, called):
    assert Subject(name="person", nouns=nouns, **PERSON).called(rows) == called


def test_parts_are_looked_up_when_they_are_used():
    error = subjects.named("error")

    assert error.resolve("filterset") is ErrorFilter
    assert error.resolve("effect") is effects.of_errors
    assert subjects.named("company_target").resolve("table") is None


@pytest.mark.parametrize("name", ["error", "archive", "company_target"])
@pytest.mark.parametrize("part", ["filterset", "table", "effect", "effect_rows", "conditions"])
def test_every_path_that_is_declared_leads_somewhere(name, part):
    subject = subjects.named(name)

    found = subject.resolve(part)

    assert (found is None) is (getattr(subject, part) == "")
    assert part != "filterset" or issubclass(found, StrictFilterSet)


def test_rows_are_looked_for_at_home_first_and_then_where_they_can_move():
    assert [place.name for place in subjects.named("archive").places] == ["archive", "error"]
    assert [place.name for place in subjects.named("company_target").places] == ["company_target"]


def test_the_key_is_that_of_the_model():
    assert subjects.named("company_target").key.column == "target_id"


def test_a_list_has_an_address_under_a_filter_or_operations_stand_for_it():
    queue = reverse("governance:error-list")

    assert subjects.named("error").list_address() == queue
    assert subjects.named("error").list_address("code=A") == f"{queue}?code=A"
    assert subjects.named("company_target").list_address("x=1") == reverse(
        "governance:operation-list"
    )


@pytest.mark.django_db
def test_a_row_has_a_page_once_it_is_stored_and_its_subject_has_one():
    error, target = make.error(), make.target()

    assert subjects.ERROR.address_of(error) == reverse("governance:error-detail", args=[error.pk])
    assert subjects.ERROR.address_of(HubError()) == ""
    assert subjects.COMPANY_TARGET.address_of(target) == ""


@pytest.mark.django_db
def test_the_rows_of_a_subject_are_all_there_are():
    error = make.error(disposition="RESOLVED")
    make.archived()

    assert list(subjects.ERROR.rows) == [error]


def test_a_file_of_outcomes_has_a_value_for_every_column():
    for name in ("error", "archive", "company_target"):
        facts = subjects.named(name).facts
        assert len(facts.columns) == len(facts.values) > 0


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(subjects._SUBJECTS))
def test_a_row_is_found_by_its_key_through_an_index(name):
    subject = subjects.named(name)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            f"""EXPLAIN SELECT FROM governance_importrow i CROSS JOIN LATERAL (
                SELECT FROM {subject.model._meta.db_table} t
                WHERE t.{subject.key.column} = {subject.typed("i.subject_id")} LIMIT 1) e"""
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert f"Index Cond: ({subject.key.column} = " in plan.replace("t.", "")
