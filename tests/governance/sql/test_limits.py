"""What plain SQL may not bring, and the name under which it is refused."""

import pytest
from django.db import IntegrityError, connection, transaction

from governance.models import HubError
from outreach_admin.db import limits
from tests import make

pytestmark = pytest.mark.django_db
MOMENTS = (
    "infinity",
    "-infinity",
    "10000-01-01 00:00:00+00",
    "294276-12-31 23:59:59+00",
    "1899-12-31 23:59:59+00",
    "0001-01-01 00:00:00+00 BC",
)
MANY_DIGITS = '{"a": [1e99999, 1e99999, 1e99999]}'
DEEP = '{"a": ' + "[" * 3_000 + "]" * 3_000 + "}"
TABLES = {
    "huberror": lambda: make.error(disposition="PARKED"),
    "archivederror": make.archived,
    "outreach": make.outreach,
    "companymaster": make.company,
    "companytarget": make.target,
    "dolfiling": make.filing,
    "blogcontent": make.blog,
    "bitscore": make.bit_score,
    "person": make.person,
    "operation": make.operation,
    "playbook": lambda: make.playbook([]).playbook,
}


def plain(sql: str, *params: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)


def refused(sql: str, *params: object) -> str:
    """The name of the constraint that refuses, and what people are told of it."""
    with pytest.raises(IntegrityError) as refusal:
        plain(sql, *params)
    name = refusal.value.__cause__.diag.constraint_name
    assert name in limits.explained(refusal.value)
    return name


def changed(row, column: str) -> str:
    key = row._meta.pk.column
    return f"UPDATE {row._meta.db_table} SET {column} = %s WHERE {key} = '{row.pk}'"


def filed(column: str, value: str) -> tuple[str, str]:
    return (
        f"""INSERT INTO governance_huberror (id, error_table, code, {column})
        VALUES (gen_random_uuid(), '{make.DOL}', 'NO_MATCH', %s)""",
        value,
    )


@pytest.mark.parametrize("moment", MOMENTS)
def test_an_error_of_no_calendar_is_refused(moment):
    name = refused(*filed("created_at", moment))

    assert name in {f"huberror_{one}_from_1900_to_9999" for one in ("created_at", "expires_at")}


def test_an_error_of_the_last_days_would_expire_beyond_all_years():
    name = refused(*filed("created_at", "9999-12-31 00:00:00+00"))

    assert name == "huberror_expires_at_from_1900_to_9999"


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("huberror", "next_retry_at"),
        ("huberror", "parked_at"),
        ("archivederror", "archived_at"),
        ("archivederror", "retention_expires_at"),
        ("outreach", "created_at"),
        ("companytarget", "imo_completed_at"),
        ("blogcontent", "context_timestamp"),
        ("operation", "heartbeat_at"),
    ],
)
def test_a_moment_of_no_calendar_is_refused(table, column, moment):
    row = TABLES[table]()

    assert refused(changed(row, column), moment) == f"{table}_{column}_from_1900_to_9999"


@pytest.mark.parametrize(
    ("table", "column", "most"),
    [
        ("huberror", "code", 255),
        ("huberror", "domain", 255),
        ("huberror", "company_unique_id", 255),
        ("huberror", "park_reason", 255),
        ("huberror", "owner", 255),
        ("huberror", "stage", 255),
        ("huberror", "parked_by", 255),
        ("huberror", "resolution_note", 10_000),
        ("huberror", "message", 2_000_000),
        ("archivederror", "code", 255),
        ("archivederror", "archived_by", 255),
        ("outreach", "domain", 255),
        ("companymaster", "company_name", 255),
        ("companymaster", "domain", 255),
        ("companytarget", "email_method", 255),
        ("dolfiling", "ein", 255),
        ("person", "email", 255),
        ("blogcontent", "source_url", 10_000),
        ("operation", "os_user", 255),
        ("operation", "note", 10_000),
        ("playbook", "name", 255),
    ],
)
def test_a_text_takes_so_many_characters_and_no_more(table, column, most):
    row = TABLES[table]()

    # four bytes each where letters may be beyond ASCII, and nothing that an index can press together
    first = ord("a") if column == "domain" else 0x1F300
    many = 26 if column == "domain" else 1000
    plain(changed(row, column), "".join(chr(first + n * n % many) for n in range(most)))

    name = refused(changed(row, column), "x" * (most + 1))
    assert name == f"{table}_{column}_at_most_{most}_characters"


def test_the_longest_words_fit_into_every_index_together():
    error = make.error(disposition="PARKED")
    longest = "".join(chr(0x1F300 + n * 7919 % 1000) for n in range(255))
    domain = "".join(chr(ord("a") + n * n % 26) for n in range(255))

    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE governance_huberror SET code = %(x)s, domain = %(domain)s, owner = %(x)s,
                park_reason = %(x)s, company_unique_id = %(x)s, stage = %(x)s WHERE id = %(id)s""",
            {"x": longest, "domain": domain, "id": error.pk},
        )

    assert HubError.objects.filter(code=longest, owner=longest, park_reason=longest).exists()


@pytest.mark.parametrize(
    "details",
    ["5", '"text"', "[]", "null", DEEP, f'{{"a": "{"x" * 250_000}"}}', MANY_DIGITS],
)
@pytest.mark.parametrize("table", ["huberror", "archivederror"])
def test_details_are_an_object_of_bounded_depth_and_size(table, details):
    row = TABLES[table]()

    name = refused(changed(row, "details"), details)

    assert name == f"{table}_details_object_of_250000_bytes_32_levels"


@pytest.mark.parametrize("column", ["refusals", "effect"])
def test_what_an_operation_holds_is_an_object(column):
    name = refused(changed(make.operation(), column), "[]")

    assert name == f"operation_{column}_object_of_1000000_bytes_32_levels"


def test_a_score_is_a_number():
    name = refused(changed(make.bit_score(), "score"), "NaN")

    assert name == "bitscore_score_finite"


def test_a_retention_can_be_added_to_a_moment():
    table = make.ErrorTable.objects.get(pk=make.DOL)

    name = refused(changed(table, "retention"), "3000 years")

    assert name == "errortable_retention_within_100_years"


@pytest.mark.parametrize("setting", ["actor", "action", "channel", "request"])
def test_who_changes_rows_names_himself_in_so_many_characters(setting):
    error = make.error()

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL outreach.{setting} = '{'x' * 12_000}'")

        name = refused(changed(error, "stage"), "s")

    assert name.startswith("event_") and name.endswith("_at_most_255_characters")
