"""Reading the warehouse: bounded, read only where it stands apart, and refused in a sentence."""

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import ProgrammingError, connection, connections
from django.test import RequestFactory

from enrichment.exceptions import (
    WarehouseAway,
    WarehouseChanged,
    WarehouseForbids,
    WarehouseOdd,
    WarehouseSlow,
)
from enrichment.warehouse import connection as warehouse
from outreach_admin.api import problems
from outreach_admin.ui.pages.refusals import RefusalMiddleware
from tests.enrichment.warehouse import places

SLEEP = "SELECT pg_sleep(5)"


def limits() -> tuple[str, ...]:
    with connection.cursor() as cursor:
        cursor.execute(warehouse.BEFORE)
        return cursor.fetchone()


def read(statement: str, seconds: float = 3) -> list:
    with warehouse.reading(seconds=seconds) as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


@pytest.mark.django_db
def test_a_statement_that_takes_too_long_is_refused():
    with pytest.raises(WarehouseSlow, match=r"takes longer than it may take \(0.05 s\)") as said:
        read(SLEEP, seconds=0.05)

    assert said.value.status == 504 and said.value.what_to_do


@pytest.mark.django_db
def test_the_statements_after_a_block_have_no_limit_of_it():
    before = limits()

    read("SELECT 1", seconds=2)
    with pytest.raises(WarehouseSlow):
        read(SLEEP, seconds=0.05)

    assert limits() == before


@pytest.mark.django_db
def test_a_table_that_went_meanwhile_is_refused():
    with pytest.raises(WarehouseChanged, match="no longer as it was looked up"):
        read("SELECT * FROM core.gone_since")


@pytest.mark.django_db
def test_a_row_that_cannot_be_given_out_is_refused():
    with pytest.raises(WarehouseOdd, match="cannot be read: division by zero") as said:
        read("SELECT 1 / n FROM (VALUES (0)) v (n)")

    assert "the view that it comes through" in said.value.what_to_do


@pytest.mark.django_db
def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(WarehouseOdd, match="is not UTF-8"), warehouse.reading(seconds=3):
        b"\xff".decode()


@pytest.mark.django_db
def test_a_fault_of_a_statement_is_not_taken_for_a_refusal():
    with pytest.raises(ProgrammingError):
        read("SELEC 1")


def test_a_warehouse_apart_is_read_only(warehouse_apart):
    warehouse_apart.execute("GRANT INSERT ON core.companies TO PUBLIC")

    with pytest.raises(WarehouseForbids, match="read-only transaction"):
        read("INSERT INTO core.companies VALUES (gen_random_uuid(), 'a.example', 'A')")

    assert read("SELECT * FROM core.companies") == []


def test_what_the_reader_may_not_see_is_refused(warehouse_apart):
    warehouse_apart.execute("CREATE TABLE core.closed (id int)")

    with pytest.raises(WarehouseForbids, match="permission denied for table closed") as said:
        read("SELECT * FROM core.closed")

    assert "give the console's account the right" in said.value.what_to_do


def test_a_warehouse_that_is_away_is_refused(django_db_blocker):
    with (
        django_db_blocker.unblock(),
        places.signed_in("nowhere", HOST="127.0.0.1", PORT="1"),
        pytest.raises(WarehouseAway) as said,
    ):
        read("SELECT 1")

    assert said.value.status == 503


def test_a_connection_that_is_cut_is_refused_and_the_next_one_works(warehouse_apart):
    read("SELECT 1")
    warehouse_apart.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s",
        [places.READER],
    )

    with pytest.raises(WarehouseAway):
        read("SELECT 1")
    connections[settings.WAREHOUSE].close()

    assert read("SELECT 1") == [(1,)]


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (WarehouseAway, 503),
        (WarehouseForbids, 503),
        (WarehouseSlow, 504),
        (WarehouseChanged, 409),
        (WarehouseOdd, 503),
    ],
)
def test_a_page_and_an_endpoint_say_it_with_its_status(refusal, status):
    request = RequestFactory().get("/anywhere/")
    request.user = AnonymousUser()
    raised = refusal("The warehouse does not answer.", what_to_do="Try again.")

    page = RefusalMiddleware(None).process_exception(request, raised)
    said = problems.answer(raised, {"request": request})

    assert (page.status_code, said.status_code) == (status, status)
    assert '<h1 id="what">The warehouse cannot be read now</h1>' in page.content.decode()
    assert said.data["detail"] == "The warehouse does not answer."
