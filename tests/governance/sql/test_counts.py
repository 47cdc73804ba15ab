"""Facet counters say exactly what is there."""

import random
import threading

import psycopg
import pytest
from django.db import connection
from django.db.models import Count, F, Sum

from governance.models import ErrorCount, HubError
from tests import make
from tests.servers import RUNNING, SERVERS

FACETS = (
    "error_table", "code", "message_key", "disposition", "severity", "category", "stage", "owner", "park_reason", "ttl_tier",
    "escalation_level", "retry_count", "retry_exhausted", "blocks",
)  # fmt: skip


def counted() -> dict[tuple, int]:
    rows = ErrorCount.objects.values_list(*FACETS).annotate(n=Sum("rows")).exclude(n=0)
    return {comparable(row): int(row[-1]) for row in rows}


def real() -> dict[tuple, int]:
    return {comparable(row): row[-1] for row in HubError.objects.values_list(*FACETS).annotate(Count("pk"))}


def comparable(row: tuple) -> tuple:
    return tuple(bytes(value) if isinstance(value, memoryview) else value for value in row[:-1])


def fold() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT governance.fold_error_counts()")
        return cursor.fetchone()[0]


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_they_equal_the_rows_after_any_mix_of_changes(seed):
    chance = random.Random(seed)
    for _ in range(40):
        table = chance.choice(list(make.CODES))
        deed = chance.choice(["make", "make", "retry", "resolve", "reword", "assign", "delete", "fold"])
        rows = HubError.objects.filter(error_table=table)
        if deed == "make":
            make.errors(chance.randint(1, 5), table, outreach=None, code=chance.choice(["NO_MATCH", "odd"]))
        elif deed == "retry":
            rows.update(retry_count=F("retry_count") + 1)
        elif deed == "resolve":
            rows.update(disposition="RESOLVED", resolved_at=F("created_at"))
        elif deed == "reword":
            rows.update(message=f"another reason {chance.choice('abc')}")
        elif deed == "assign":
            rows.update(owner=chance.choice(["somebody", "nobody"]), ttl_tier=chance.choice(["SHORT", "INFINITE"]))
        elif deed == "delete":
            rows.filter(retry_count__gt=1).delete()
        else:
            fold()

        assert counted() == real(), deed


@pytest.mark.django_db
def test_a_change_of_no_facet_adds_no_counter():
    make.errors(5)
    before = ErrorCount.objects.count()

    HubError.objects.update(details={"note": "looked at"})

    assert ErrorCount.objects.count() == before


@pytest.mark.django_db
def test_folding_leaves_one_counter_per_combination_and_every_sum():
    for _ in range(4):
        make.errors(3, outreach=None)
    before = counted()

    assert fold() == 1

    assert counted() == before == real()


def test_folding_while_others_write_loses_nothing(committed_db):
    make.errors(10)
    address = SERVERS.url(RUNNING, SERVERS.database)

    def write(statement: str) -> None:
        with psycopg.connect(address, autocommit=True) as writer:
            for _ in range(30):
                writer.execute(statement)

    statements = ["SELECT governance.fold_error_counts()"] * 2 + ["UPDATE governance_huberror SET retry_count = retry_count + 1"]
    threads = [threading.Thread(target=write, args=[statement]) for statement in statements]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert counted() == real()
    assert set(real().values()) == {10}
