"""One rule says which gates open; the hubs that gate have one list in Python and one in SQL."""

import pytest
from django.db import connection

from governance.models import ErrorTable, Hub, Readiness
from governance.models.hubs import GATES
from tests import make

pytestmark = pytest.mark.django_db


def asked(query: str, *values: object) -> object:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchone()[0]


def test_python_and_sql_name_the_same_gates():
    hubs = [None, *Hub.objects.values_list("id", flat=True)]
    names = {hub: gate for gate, hub in GATES.items()}

    for hub in hubs:
        assert asked("SELECT governance.gate_of(%s)", hub) == names.get(hub, "other")


@pytest.mark.parametrize("gate", GATES)
def test_clearing_all_errors_of_a_gate_promotes_and_one_fewer_does_not(gate):
    table = {"ct": make.CT, "dol": make.DOL, "people": make.PEOPLE}[gate]
    company = make.promotable()
    errors = [make.error(table, outreach=company) for _ in range(2)]
    opens = f"""SELECT governance.opens_promotion(r, {", ".join("%s" if g == gate else "0" for g in GATES)})
        FROM governance_readiness r WHERE outreach_id = %s"""

    assert asked(opens, 2, company.pk) is True
    assert asked(opens, 1, company.pk) is False
    for error in errors:
        error.delete()
    assert Readiness.objects.get(pk=company.pk).promotable
    assert asked(opens, 0, company.pk) is False


def test_errors_of_other_hubs_keep_a_company_blocked_but_shut_no_gate():
    company = make.promotable()
    make.error(make.CT, outreach=company)
    ErrorTable.objects.filter(pk=make.URL).update(
        hub="HUB-BLOG-001", allowed_dispositions=["RETRY"], default_disposition="RETRY"
    )
    make.error(make.URL, outreach=company, blocks=True)
    row = "FROM governance_readiness r WHERE outreach_id = %s"

    assert asked(f"SELECT governance.opens_promotion(r, 1, 0, 0) {row}", company.pk) is True
    assert asked(f"SELECT governance.opens_hubs(r, 1) {row}", company.pk) is True
    assert asked(f"SELECT governance.unblocks(r, 1) {row}", company.pk) is False
    assert asked(f"SELECT governance.unblocks(r, 2) {row}", company.pk) is True
