"""A database that held words and domains in several forms has one form of each afterwards."""

from importlib import import_module
from types import SimpleNamespace

import pytest

from governance import words
from governance.models import ArchivedError, CompanyMaster, ErrorCount, Event, HubError, Outreach
from outreach_admin.db import roles
from tests import make

migration = import_module("governance.migrations.0008_words")
CONSTRAINTS = {
    "governance_huberror": "error_domain_ascii",
    "governance_archivederror": "archive_domain_ascii",
    "governance_outreach": "outreach_domain_ascii",
    "governance_companymaster": "company_domain_ascii",
}
OLD_KEY = "decode(md5('ACME.EXAMPLE has no mail server'), 'hex')"


def owner(*statements: str) -> None:
    with roles.as_owner() as database, database.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def migrated() -> None:
    """Run what the migration does with rows, as the owner."""
    with roles.as_owner() as database:
        editor = SimpleNamespace(connection=database)
        migration.tidy_words(None, editor)
        migration.group_by_domains_in_any_case(None, editor)


@pytest.fixture
def as_before(committed_db) -> None:
    """Tables without the trigger that cleans and the checks of domains."""
    for table, constraint in CONSTRAINTS.items():
        owner(
            f"DROP TRIGGER a_clean ON {table}",
            f"ALTER TABLE {table} DROP CONSTRAINT {constraint}",
        )


def test_words_and_domains_get_their_one_form_and_history_says_so(as_before):
    error = make.error(owner="Zoe\u0308 ", stage=" ", domain="https://MÜNCHEN.example/x")
    archived = make.archived(archived_by=" ops", domain="Acme.Example.")
    spine = make.outreach(domain="ACME.example")
    company = make.company(domain="é" * 70)
    events = Event.objects.count()

    migrated()

    error.refresh_from_db()
    assert (error.owner, error.stage) == ("Zoë", None)
    assert error.domain == "xn--mnchen-3ya.example"
    archived.refresh_from_db()
    assert (archived.archived_by, archived.domain) == ("ops", "acme.example")
    assert Outreach.objects.get(pk=spine.pk).domain == "acme.example"
    assert CompanyMaster.objects.get(pk=company.pk).domain == "?" * 70
    assert Event.objects.count() > events


def test_messages_with_domains_in_capitals_join_their_group(as_before):
    made = [make.error(message=f"{name} has no mail server") for name in ("a.example", "B.COM")]
    archived = make.archived(message="ACME.EXAMPLE has no mail server")
    for table in ("huberror", "archivederror"):
        owner(
            f"ALTER TABLE governance_{table} DISABLE TRIGGER USER",
            f"UPDATE governance_{table} SET message_key = {OLD_KEY} WHERE message ~ '[A-Z]\\.[A-Z]'",
            f"ALTER TABLE governance_{table} ENABLE TRIGGER USER",
        )
    events = Event.objects.count()

    migrated()

    keys = {bytes(key) for key in HubError.objects.values_list("message_key", flat=True)}
    assert keys == {bytes(made[0].message_key)}
    assert bytes(ArchivedError.objects.get(pk=archived.pk).message_key) in keys
    assert {bytes(one.message_key) for one in ErrorCount.objects.filter(rows__gt=0)} == keys
    assert Event.objects.count() == events


def test_its_forms_are_those_of_the_console():
    for text in ("https://Acme.Example:80/x", "münchen.example", " a. ", "info@a.example"):
        assert migration.one_form(text) == words.domain(text)
    assert migration.tidy("\u3000Zoe\u0308") == words.tidy("\u3000Zoe\u0308")
