"""How cells of hub tables are read."""

import io

import pytest

from governance.models import BitScore, Person
from governance.resources import hubs, widgets
from governance.resources.hubs import needed_columns
from governance.verbs import registry
from tests import make
from tests.governance.services.files.hub_files import brought_in, checked, problems

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "read"), [("0.7", "0.7000"), ("1.00000", "1.0000"), (" 0 ", "0.0000"), ("", None)]
)
def test_numbers_keep_their_digits(text, read):
    assert widgets.Number(5, 4, (0, 1)).clean(text) == read


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1e-3", "1,5", "1_0", "1.00001", "-0.1", "²"])
def test_what_is_no_number_of_the_column_is_refused(text):
    with pytest.raises(ValueError, match=r"^It "):
        widgets.Number(5, 4, (0, 1)).clean(text)


def test_every_cell_that_cannot_be_read_is_told():
    row = {
        "outreach_id": make.outreach().pk,
        "email": "a\u200bb@c.example",
        "email_verified": "perhaps",
        "contact_status": "x" * 300,
    }

    file = checked("people", row, by=make.manager())

    assert [column for _, column, _ in problems(file)] == [
        "email",
        "email_verified",
        "contact_status",
    ]


def test_numbers_of_any_size_stay_within_their_columns():
    row = {"outreach_id": make.outreach().pk, "score": "99999.5", "signal_count": "2147483648"}

    file = checked("bit_scores", row, by=make.manager())

    assert [column for _, column, _ in problems(file)] == ["score", "signal_count"]


def test_what_a_file_leaves_out_is_what_the_model_begins_with():
    on = make.outreach()

    brought_in("bit_scores", {"outreach_id": on.pk, "score": "12.5"}, by=make.manager())
    brought_in("people", {"outreach_id": on.pk}, by=make.manager())

    assert BitScore.objects.get().signal_count == 0
    person = Person.objects.get()
    assert (person.contact_status, person.email_verified, person.version) == ("active", False, 1)


def test_what_a_new_row_needs_follows_from_the_model():
    assert needed_columns(registry.bringing_in("outreach")) == ["sovereign_id"]
    assert needed_columns(registry.bringing_in("company_slot")) == ["outreach_id", "slot_type"]
    assert needed_columns(registry.bringing_in("company_master")) == [
        "company_unique_id",
        "company_name",
    ]


def test_a_torn_row_is_told_as_a_whole():
    raw = b"outreach_id,slot_type\na,b,c\n"
    verb = registry.bringing_in("company_slot")
    file = hubs.check(verb, io.BytesIO(raw), name="x.csv", by=make.manager())

    assert problems(file) == [(2, "", "The row has 3 cells, the header 2.")]


def test_a_torn_row_of_the_spine_shows_none_of_its_cells():
    secret = "5e1f0c1e-0000-4000-8000-00000000beef"
    text = f"sovereign_id,domain\n{secret},a.example,more\n"

    verb = registry.bringing_in("outreach")

    file = hubs.check(verb, io.BytesIO(text.encode()), name="x.csv", by=make.manager())

    assert secret not in str(file.staged.get().problems)


def test_a_row_that_says_nothing_is_a_problem_and_no_fault():
    on = make.outreach()
    text = f"outreach_id,slot_type,version\n{on.pk},CEO,1\n,,7\n"

    verb = registry.bringing_in("company_slot")

    file = hubs.check(verb, io.BytesIO(text.encode()), name="x.csv", by=make.manager())

    assert {number for number, _, _ in problems(file)} == {3}
