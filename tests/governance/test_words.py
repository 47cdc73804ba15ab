"""The one form of words and domains, the same in Python and in the database."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governance import words

FORMS = {
    "acme.example": "acme.example",
    "ACME.Example": "acme.example",
    "acme.example.": "acme.example",
    " acme.example\t": "acme.example",
    "https://acme.example": "acme.example",
    "HTTPS://www.Acme.example/a?b=c#d": "www.acme.example",
    "//acme.example/": "acme.example",
    "acme.example/contact": "acme.example",
    "acme.example:8080": "acme.example",
    "https://user:word@acme.example:80/x@y": "acme.example",
    "info@acme.example": "acme.example",
    "mailto:info@acme.example": "acme.example",
    "xn--mnchen-3ya.example": "xn--mnchen-3ya.example",
    "under_score.example": "under_score.example",
    "localhost": "localhost",
    "https://": "",
    "": "",
}
BEYOND_ASCII = {
    "münchen.example": "xn--mnchen-3ya.example",
    "HTTPS://MÜNCHEN.example/straße": "xn--mnchen-3ya.example",
    "mu\u0308nchen.example": "xn--mnchen-3ya.example",
    "пример.испытание": "xn--e1afmkfd.xn--80akhbyknj4f",
    "acme。example": "acme.example",
}
SEARCHED = {
    "HTTPS://Acme.Example/contact": ["acme.example"],
    "acme.example/contact": ["acme.example"],
    "acme.example.": ["acme.example"],
    "münchen.example": ["xn--mnchen-3ya.example", "münchen.example"],
    "Acme.Example": ["Acme.Example"],
    "no mail server.": ["no mail server."],
    " timeout": [" timeout"],
    "v1.2.": ["v1.2."],
    "info@acme.example": ["info@acme.example"],
    "imo.stages.mx:88": ["imo.stages.mx:88"],
    "TIMEOUT": ["TIMEOUT"],
    "x" * 70 + ".é": ["x" * 70 + ".é"],
}


def in_sql(function: str, text: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT governance.{function}(%s)", [text])
        return cursor.fetchone()[0]


@pytest.mark.parametrize(("text", "form"), FORMS.items())
@pytest.mark.django_db
def test_a_domain_has_one_form(text, form):
    assert words.domain(text) == form
    assert in_sql("domain_form", text) == form
    assert in_sql("domain_form", form) == form


@pytest.mark.parametrize(("text", "form"), BEYOND_ASCII.items())
def test_letters_beyond_ascii_become_punycode(text, form):
    assert words.domain(text) == form


@pytest.mark.parametrize("text", ["é" * 70 + ".example", "a.é..example"])
def test_what_has_no_form_is_refused_or_looked_for_as_it_is(text):
    with pytest.raises(ValueError, match="idna"):
        words.domain(text)
    assert words.domain_or_same(text) == text


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    text=st.text(
        st.sampled_from("aZ0.-_:/@?#\\ \t\xa0\u200bxn"),
        max_size=24,
    )
)
@pytest.mark.django_db
def test_python_and_the_database_agree_on_domains(text):
    if words.tidy(text).isascii():
        form = words.domain(text)
        assert in_sql("domain_form", text) == form
        assert words.domain(form) == form


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs", "Cn"])))
@pytest.mark.django_db
def test_python_and_the_database_agree_on_words(text):
    assert in_sql("tidy_word", text) == words.tidy(text)
    assert words.tidy(words.tidy(text)) == words.tidy(text)


@pytest.mark.parametrize(("text", "looked_for"), SEARCHED.items())
def test_an_address_is_searched_by_its_domain_and_any_other_text_as_it_is(text, looked_for):
    assert words.searched(text) == looked_for


@pytest.mark.parametrize(
    ("name", "whole"),
    [
        ("dol_errors", "outreach.dol_errors"),
        ("outreach.dol_errors", "outreach.dol_errors"),
        ("errors", "errors"),
        ("nothing", "nothing"),
    ],
)
def test_a_table_is_known_without_its_schema_where_only_one_is_called_so(name, whole):
    known = ["outreach.dol_errors", "people.errors", "company.errors"]

    assert words.table_of(name, known) == whole
