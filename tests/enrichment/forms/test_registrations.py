"""What a new entry asks."""

import pytest

from enrichment.forms.registrations import RegisterForm, initial_of
from tests.enrichment import audited

pytestmark = pytest.mark.django_db
FILLED = {
    "workflow_name": "company_news",
    "key_type": "company",
    "tables": "raw.news\n\nextracted.news ( domain , source )\n",
    "aliases": "old, older old",
}


def test_a_form_is_read_as_what_registering_takes():
    form = RegisterForm(FILLED)

    assert form.is_valid(), form.errors
    entry = form.entry()
    assert entry["flows"] == [
        ("raw", "raw.news", []),
        ("extracted", "extracted.news", ["domain", "source"]),
    ]
    assert (entry["aliases"], entry["intent"]) == (["old", "older"], None)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("workflow_name", "Company News"),
        ("workflow_name", ""),
        ("key_type", "planet"),
        ("key_type", ""),
        ("tables", ""),
        ("tables", "news"),
        ("tables", "public.news"),
        ("tables", "raw.news; DROP TABLE x"),
        ("tables", "\n".join(f"raw.n{n}" for n in range(41))),
        ("intent", "perhaps"),
    ],
)
def test_what_is_no_entry_is_refused_beside_its_field(field, value):
    form = RegisterForm(FILLED | {field: value})

    assert not form.is_valid()
    assert list(form.errors) == [field]


def test_the_code_fills_the_form():
    writes = [
        {"layer": "raw", "table": "raw.x", "keys": [], "via": ""},
        {"layer": "extracted", "table": "extracted.x", "keys": ["domain", "source"], "via": ""},
        {"layer": "reference", "table": "reference.x", "keys": [], "via": ""},
        {"layer": "core", "table": "core.?", "keys": [], "via": ""},
    ]

    assert initial_of(audited.finding(writes=writes)) == {
        "workflow_name": "x",
        "key_type": "company",
        "tables": "raw.x\nextracted.x (domain, source)",
    }
