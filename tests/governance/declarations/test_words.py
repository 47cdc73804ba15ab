"""Words and domains have one form, whoever writes them; clean rows cost no call."""

import unicodedata

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from governance.declarations.words import TRIGGER, Words
from governance.models import ArchivedError, ErrorCode, ErrorTable, HubError, Outreach
from governance.models.archives import COUNTED as ARCHIVE_COUNTED
from governance.models.errors import COUNTED
from outreach_admin.db.limits import Limits
from tests import make

pytestmark = pytest.mark.django_db
UNTIDY = ("TIMEOUT ", "\tTIMEOUT", "\xa0TIMEOUT\u200b", "\nTIMEOUT\r\n", "\u3000TIMEOUT")
DECOMPOSED = unicodedata.normalize("NFD", "Zoë")
WITH_DOMAINS = ("huberror", "archivederror", "outreach", "companymaster")


def plain(sql: str, *params: object) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.rowcount


def filed(**values: object) -> HubError:
    """An error as a pipeline writes it, by plain SQL."""
    given = {"error_table": make.CT, "code": "CT-M-NO-MX"} | values
    columns, marks = ", ".join(given), ", ".join(["%s"] * len(given))
    plain(
        f"""INSERT INTO governance_huberror (id, created_at, {columns})
        VALUES (gen_random_uuid(), now(), {marks})""",
        *given.values(),
    )
    return HubError.objects.get()


def declaring() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if isinstance(getattr(model, "words", 0), Words)]


def calls_of(statement: str) -> int:
    """How often the statement calls the trigger."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}")
        (plan,) = cursor.fetchone()[0]
    return sum(one["Calls"] for one in plan["Triggers"] if one["Trigger Name"] == TRIGGER)


@pytest.mark.parametrize("word", UNTIDY)
@pytest.mark.parametrize("column", ["code", "stage", "owner", "company_unique_id"])
def test_a_word_is_trimmed_for_plain_sql(column, word):
    error = filed(**{column: word})

    assert getattr(error, column) == "TIMEOUT"


def test_accents_are_composed():
    assert filed(owner=DECOMPOSED).owner == "Zoë"


def test_an_update_is_cleaned_too():
    error = make.error()

    plain("UPDATE governance_huberror SET owner = 'Data Team ', stage = '  '")

    error.refresh_from_db()
    assert (error.owner, error.stage) == ("Data Team", None)


def test_a_padded_code_is_filed_by_its_own_rules():
    error = filed(code=" CT-M-NO-MX\n")

    assert error.severity == ErrorCode.objects.get(pk="CT-M-NO-MX").severity != "MEDIUM"


def test_blanks_inside_of_a_word_stay():
    assert filed(owner=" The  Data Team ").owner == "The  Data Team"


def test_reference_data_are_cleaned():
    plain("UPDATE governance_errortable SET owner = ' Data Team ' WHERE name = %s", make.CT)

    assert ErrorTable.objects.get(pk=make.CT).owner == "Data Team"
    assert make.error().owner == "Data Team"


def test_the_archive_is_cleaned():
    error = make.archived()

    plain("UPDATE governance_archivederror SET archived_by = 'ops ', domain = 'Acme.Example.'")

    error.refresh_from_db()
    assert (error.archived_by, error.domain) == ("ops", "acme.example")


@pytest.mark.parametrize("model", declaring(), ids=lambda model: model.__name__)
def test_every_declared_column_is_cleaned_where_it_is_written(model):
    declared = model.words
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT pg_get_triggerdef(oid), pg_get_functiondef(tgfoid) FROM pg_trigger
            WHERE tgrelid = %s::regclass AND tgname = %s""",
            [model._meta.db_table, TRIGGER],
        )
        ((trigger, function),) = cursor.fetchall()

    for column in (*declared.columns, *declared.domains):
        assert f"new.{column}" in trigger
        assert f"NEW.{column} := " in function


@pytest.mark.parametrize(
    ("model", "counted"), [(HubError, COUNTED), (ArchivedError, ARCHIVE_COUNTED)]
)
def test_what_a_facet_offers_is_a_word_or_has_a_check(model, counted):
    checked = {"error_table", "archive_reason"}
    if model is HubError:
        checked |= {"disposition", "category", "severity", "ttl_tier"}
    texts = {name for name in counted if isinstance(model._meta.get_field(name), models.TextField)}

    assert texts - checked <= set(model.words.columns)


def test_every_domain_is_declared_as_one():
    with_domain = {
        model._meta.model_name
        for model in apps.get_app_config("governance").get_models()
        for field in model._meta.local_concrete_fields
        if field.name == "domain"
        and not getattr(model, "limits", Limits()).derived
        # a ledger keeps what its caller named
        and not getattr(model, "added_only", False)
    }

    assert with_domain == set(WITH_DOMAINS)
    assert with_domain <= {m._meta.model_name for m in declaring() if m.words.domains}


def test_clean_rows_call_no_trigger_and_others_do():
    make.errors(3)
    write = "UPDATE governance_huberror SET owner = {}, stage = NULL, domain = 'a.example'"

    assert calls_of(write.format("'Data Team'")) == 0
    assert calls_of(write.format("'Data Team '")) == 3


def test_an_update_of_other_columns_calls_none():
    make.errors(2)

    assert calls_of("UPDATE governance_huberror SET severity = 'HIGH'") == 0


@pytest.mark.parametrize("table", WITH_DOMAINS)
def test_a_domain_beyond_ascii_is_refused_from_plain_sql_by_name(table):
    make.company(domain="a.example")
    make.error()
    make.archived()
    name = {"huberror": "error", "archivederror": "archive", "companymaster": "company"}

    with pytest.raises(IntegrityError, match=f"{name.get(table, table)}_domain_ascii"):
        plain(f"UPDATE governance_{table} SET domain = 'münchen.example'")


@pytest.mark.parametrize("code", ["", "  ", "\u200b"])
def test_an_error_without_a_code_is_refused_by_name(code):
    with pytest.raises(IntegrityError, match="error_code_present"):
        filed(code=code)


def test_a_spine_without_a_domain_stays_so():
    on = make.outreach(domain=" ")

    assert Outreach.objects.get(pk=on.pk).domain == ""


@pytest.mark.parametrize("given", ["https://Acme.Example/contact", "info@acme.example"])
def test_what_a_domain_was_given_as_is_kept_beside(given):
    error = filed(domain=given, details='{"form": "5500"}')

    assert error.domain == "acme.example"
    assert error.details == {"form": "5500", "given_domain": given}


@pytest.mark.parametrize("given", ["ACME.example", "acme.example.", " acme.example "])
def test_case_dot_and_blanks_are_nothing_to_keep(given):
    error = filed(domain=given)

    assert (error.domain, error.details) == ("acme.example", {})
