"""The form of a new token offers what this person may ask for."""

import pytest

from governance.forms.tokens import TokenForm
from governance.models import Token
from tests import make

pytestmark = pytest.mark.django_db


def test_who_issues_tokens_names_a_pipeline_and_who_is_responsible():
    manager = make.manager(first_name="Nadia", last_name="Okafor")

    form = TokenForm(issues=True)

    assert list(form.fields["responsible"].queryset) == [manager]
    assert "Nadia Okafor" in str(form["responsible"])
    assert {"pipeline", "responsible"}.isdisjoint(TokenForm(issues=False).fields)


def test_every_scope_is_offered_and_none_is_ticked():
    form = TokenForm(issues=False)

    assert [value for value, _ in form.fields["scopes"].choices] == Token.Scope.values
    assert "checked" not in str(form["scopes"])


def test_networks_stand_between_blanks_and_commas():
    sent = {"key": "00000000-0000-4000-8000-000000000000", "name": "x", "days": "30"}
    form = TokenForm(sent | {"scopes": ["read"], "networks": "10.0.0.0/8,\t::1"}, issues=False)

    assert form.is_valid()
    assert form.cleaned_data["networks"] == ["10.0.0.0/8", "::1"]
    assert not TokenForm(sent, issues=False).is_valid()
