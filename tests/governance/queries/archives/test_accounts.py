"""The account of every error, in words."""

import pytest
from django.db import connection

from governance.models import ReconciliationCheck
from governance.queries.archives import accounts
from tests import make

pytestmark = pytest.mark.django_db


def problem() -> str:
    with connection.cursor() as cursor:
        return accounts.problem(cursor)


def test_an_account_says_what_is_missing():
    lacking = accounts.Account(make.CT, live=1, archived=2, purged=3, created=8)
    grown = accounts.Account(make.CT, live=1, archived=0, purged=0, created=0)

    assert (lacking.difference, lacking.balances) == (2, False)
    assert grown.difference == -1


def test_the_latest_check_alone_is_an_alarm():
    assert (problem(), accounts.latest_check()) == ("", None)
    ReconciliationCheck.objects.create(is_exact=True, differing={make.CT: 1_200, make.DOL: -1})

    said = problem()

    assert f"{make.CT} lacks 1,200 rows" in said
    assert f"{make.DOL} has 1 row that never came" in said
    last = ReconciliationCheck.objects.create(is_exact=True, differing={})
    assert (problem(), accounts.latest_check()) == ("", last)


def test_many_tables_are_not_all_named():
    ReconciliationCheck.objects.create(
        is_exact=True, differing={f"a.table{n}": 1 for n in range(5)}
    )

    assert problem().endswith("and 2 more")


def test_every_error_table_has_its_line():
    make.error()

    assert {one.error_table for one in accounts.of_tables()} >= {make.CT, make.LOG}
