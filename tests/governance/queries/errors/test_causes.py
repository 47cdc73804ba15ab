"""Causes that name a text, and the rows of the others that hold it all the same."""

import pytest

from governance.models import ErrorCount, HubError
from governance.queries.errors.causes import Causes
from tests import make

pytestmark = pytest.mark.django_db


def naming(text: str) -> Causes:
    return Causes.naming(text, ErrorCount.objects.all())


def key_of(message: str) -> bytes:
    return bytes(HubError.objects.filter(message=message)[0].message_key)


@pytest.fixture
def errors():
    """Two causes: one names mail, one does not."""
    return [
        make.error(code="CT-M-NO-MX", message="no mail server"),
        make.error(code="NO_MATCH", message="no filing", domain="mailer.example"),
        make.error(code="NO_MATCH", message="no filing", domain="firm.example"),
    ]


def test_causes_are_told_apart_by_their_message_in_any_case(errors):
    found = naming("MaiL")

    assert found.messages == {key_of("no mail server")}
    assert found.others == {key_of("no filing")}
    assert len(found.cells) == 1


def test_a_cause_is_named_by_its_code_as_well(errors):
    found = naming("no_match")

    assert (found.messages, found.codes) == (set(), {"NO_MATCH"})
    assert found.others == {key_of("no mail server")}


def test_a_message_that_also_stands_under_another_code_is_among_the_others():
    make.error(code="NO_MATCH", message="same")
    make.error(code="NO_STATE", message="same")

    assert naming("no_match").others == {key_of("same")}


def test_rows_of_named_causes_and_the_rest_are_what_holds_the_text(errors):
    found = naming("mail")

    assert list(found.of_named(HubError.objects.all())) == [errors[0]]
    assert list(found.rest(HubError.objects.all())) == [errors[1]]
