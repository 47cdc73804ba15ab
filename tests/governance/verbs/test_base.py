"""What every verb shares: parameters checked, stored as JSON and read back; refusals; titles."""

from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.db.models import Q

from governance.exceptions import PlanRefused
from governance.models import CompanyTarget, Disposition, HubError
from governance.verbs.base import NoteParameters, Verb, as_typed, tables_refusing
from governance.verbs.registry import VERBS
from tests import make


class PolishParameters(forms.Form):
    until = forms.DateField(label="Until")
    times = forms.IntegerField(label="Times", required=False, min_value=1)
    share = forms.DecimalField(label="Share", required=False)
    owner = forms.MultipleChoiceField(
        label="Owners", required=False, choices=[("a", "A"), ("b", "B")]
    )


class Polish(Verb):
    name = "polish"
    label = "Polish"
    parameters = PolishParameters
    shows = "owner"
    refusals = {Q(severity="LOW"): "too small", Q(disposition="PARKED"): "parked"}


GIVEN = {"until": date(2026, 2, 4), "times": 3, "share": Decimal("0.5"), "owner": ["a", "b"]}


def test_dates_numbers_and_lists_are_stored_as_json_and_read_back_as_they_were():
    stored = Polish().stored(GIVEN)

    assert stored == {"until": "2026-02-04", "times": 3, "share": "0.5", "owner": ["a", "b"]}
    assert Polish().read(stored) == GIVEN


def test_one_form_reads_what_a_browser_a_script_and_a_playbook_send():
    typed = {"until": "2026-02-04", "times": "3", "share": "0.5", "owner": ["a", "b"]}

    assert Polish().checked(typed) == Polish().checked(GIVEN) == GIVEN


def test_what_was_left_blank_is_not_kept():
    found = Polish().stored({"until": "2026-02-04", "times": "", "share": None, "owner": []})

    assert found["until"] == "2026-02-04"
    assert {"times", "share"}.isdisjoint(found)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"until": "soon"}, "Polish cannot be planned. Until: Enter a valid date."),
        ({}, "Until: This field is required."),
        ({"until": "2026-02-04", "times": 0}, "Times: Ensure this value is greater than"),
        ({"until": "2026-02-04", "colour": "red", "b": 1}, "Polish does not take b, colour."),
    ],
)
def test_what_is_wrong_is_named_by_the_label_of_its_field(given, sentence):
    with pytest.raises(PlanRefused, match=sentence):
        Polish().checked(given)


def test_stored_parameters_are_not_judged_again():
    assert Polish().read({"until": "2026-02-04", "times": 0, "gone": "x"}) == {
        "until": date(2026, 2, 4),
        "times": 0,
        "gone": "x",
    }


@pytest.mark.parametrize(
    ("value", "typed"),
    [
        (None, ""),
        (7, "7"),
        ("a\0b", "a\ufffdb"),
        ([1, None], ["1", ""]),
        (("x",), ["x"]),
        (True, "True"),
    ],
)
def test_values_become_what_a_browser_would_send(value, typed):
    assert as_typed(value) == typed


@pytest.mark.django_db
def test_a_row_gets_the_first_refusal_that_fits():
    both = make.error(severity="LOW", disposition="PARKED")
    parked, fine = make.error(disposition="PARKED"), make.error()

    rows = HubError.objects.annotate(why=Polish().refusal({}))

    assert dict(rows.values_list("pk", "why")) == {
        both.pk: "too small",
        parked.pk: "parked",
        fine.pk: None,
    }


def test_a_verb_that_declares_no_changes_makes_none():
    with pytest.raises(TypeError, match="polish changes no columns"):
        Polish().changes(by=None, at=None)


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [({"reason": "A", "note": "b"}, "A"), ({"note": "b"}, "b"), ({}, "")],
)
def test_the_audit_trail_gets_the_reason_or_the_note(parameters, reason):
    assert Polish().reason(parameters) == reason


def test_what_a_row_becomes_is_declared_or_asked_for():
    assert VERBS["park"].then(HubError(), {}) == "PARKED"
    assert Polish().then(HubError(), {"owner": "a"}) == "a"
    assert VERBS["escalate"].then(HubError(escalation_level=1), {}) == 2


def test_a_title_counts_rows_in_the_nouns_of_the_subject():
    assert Polish().title(1) == "Polish 1 error"
    assert Polish().title(1200, of="NO_MATCH") == "Polish 1,200 NO_MATCH errors"


def test_a_note_is_asked_for_and_stripped():
    form = NoteParameters({"note": "  fixed "})

    assert form.is_valid()
    assert form.cleaned_data == {"note": "fixed"}
    assert not NoteParameters({"note": "  "}).is_valid()


def test_a_verb_is_about_the_model_of_its_subject():
    assert (VERBS["park"].model, VERBS["reset"].model) == (HubError, CompanyTarget)


@pytest.mark.django_db
def test_rows_of_tables_that_do_not_allow_a_disposition_are_found():
    parkable, never = make.error(make.CT), make.error(make.LOG)

    refused = HubError.objects.filter(tables_refusing(Disposition.PARKED))

    assert list(refused) == [never] != [parkable]


def test_a_verb_that_needs_a_disposition_refuses_rows_of_tables_without_it_last():
    assert list(VERBS["park"].refusals.values())[-1] == "its error table does not allow PARKED"
    assert len(VERBS["park"].refusals) == 4
    assert VERBS["assign"].needs == ""


@pytest.mark.parametrize(
    ("verb", "taken"),
    [
        ("park", {"RETRY", "IGNORE"}),
        ("unpark", {"PARKED"}),
        ("resolve", {"RETRY", "PARKED", "IGNORE"}),
        ("assign", set(Disposition.values)),
    ],
)
def test_a_verb_knows_which_dispositions_it_takes(verb, taken):
    assert {value for value in Disposition.values if VERBS[verb].takes(value)} == taken
