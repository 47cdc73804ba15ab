"""Companies that moved between two days: counted, listed, as a file."""

import csv
import io
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.models import ReadinessSnapshot, Tier
from governance.services import snapshots
from tests import make
from tests.governance.transitions import MISSING, came_and_went, days_ago, moved
from tests.governance.views.desk import text

PAGE = "/readiness/moves/"
FILE = f"{PAGE}file/"
READY = (Tier.ANCHOR_DONE, "")


def between(first: int = 5, last: int = 2) -> str:
    for days in (first, last):
        snapshots.take(days_ago(days))
    return f"from={days_ago(first)}&to={days_ago(last)}"


def rose() -> uuid.UUID:
    company = uuid.uuid4()
    moved(company, 6, None, MISSING)
    moved(company, 3, MISSING, READY)
    return company


def queries_of(client, address: str) -> int:
    with CaptureQueriesContext(connection) as found:
        client.get(address)
    return len(found)


@pytest.mark.django_db
def test_each_way_leads_to_exactly_its_companies(client, triager):
    found = {rose(), rose()}
    came_and_went(came=3, went=1)
    query = between()

    page = text(client, f"{PAGE}?{query}")
    way = f"{query}&from_tier=NOT_READY&to_tier=TIER_0_ANCHOR_DONE"
    listed = client.get(f"{PAGE}?{way}")

    assert f'href="{PAGE}?{way.replace("&", "&amp;")}">2</a>' in page
    assert {one.outreach_id for one in listed.context["rows"].rows} == found
    total = client.get(f"{PAGE}?{way}&part=total", headers={"HX-Request": "true"})
    assert total.context["total"].count == 2


@pytest.mark.django_db
def test_the_list_is_paged_without_losing_a_company(client, triager):
    found = {rose() for _ in range(30)}
    address = f"{PAGE}?{between()}&size=25&sort=company"

    first = client.get(address).context["rows"]
    rest = client.get(f"{address}&after={first.after}").context["rows"]

    assert [len(first.rows), len(rest.rows)] == [25, 5]
    assert {one.outreach_id for one in [*first.rows, *rest.rows]} == found


@pytest.mark.django_db
@pytest.mark.parametrize("part", ["", "&part=facets"])
def test_a_list_costs_the_same_for_more_companies(client, triager, part):
    rose()
    address = f"{PAGE}?{between()}{part}"
    client.get(address)

    few = queries_of(client, address)
    for _ in range(40):
        rose()

    assert queries_of(client, address) == few <= 12


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("from={5}&to={3}", "There is no snapshot of {3}"),
        ("from={2}&to={5}", "are turned round"),
        ("from={5}&to={5}", "is not before"),
        ("from={5}&to={-2}", "has not come yet"),
        ("from=x", "is no date"),
    ],
)
def test_days_that_cannot_be_compared_are_a_sentence(client, triager, query, sentence):
    came_and_went(came=6, went=1)
    between()
    named = {str(n): days_ago(n) for n in (5, 3, 2, -2)}
    for key, day in named.items():
        query, sentence = (one.replace(f"{{{key}}}", str(day)) for one in (query, sentence))

    answer = client.get(f"{PAGE}?{query}")

    assert answer.status_code == 400
    assert sentence in answer.content.decode()


@pytest.mark.django_db
def test_two_definitions_are_not_compared(client, triager):
    came_and_went(came=6, went=1)
    query = between()
    ReadinessSnapshot.objects.filter(day=days_ago(2)).update(definition=9)

    answer = client.get(f"{PAGE}?{query}")

    assert answer.status_code == 400
    assert "cannot be compared" in answer.content.decode()


@pytest.mark.django_db
def test_without_days_the_last_ones_kept_are_compared(client, triager):
    assert "No two days have been kept yet" in text(client, PAGE)
    company = rose()
    between(5, 2)

    listed = client.get(PAGE)

    assert [one.outreach_id for one in listed.context["rows"].rows] == [company]


def test_the_file_has_the_companies_of_its_filter(client, committed_db):
    client.force_login(make.analyst())
    found = {str(rose()), str(rose())}
    came_and_went(came=3, went=1)
    query = f"{between()}&to_tier=TIER_0_ANCHOR_DONE"

    answer = client.get(f"{FILE}?{query}")
    body = b"".join(answer).decode("utf-8-sig")

    rows = [line for line in body.splitlines() if not line.startswith("#")]
    assert {row["outreach_id"] for row in csv.DictReader(io.StringIO("\n".join(rows)))} == found
    assert answer["X-Export-Rows"] == "2"
    assert f"from={days_ago(5)}" in answer["X-Export-Filter"]


@pytest.mark.django_db
def test_there_is_no_file_before_two_days_are_kept(client):
    client.force_login(make.analyst())

    answer = client.get(FILE)

    assert answer.status_code == 400
    assert "No two days have been kept yet" in answer.content.decode()


@pytest.mark.django_db
def test_who_may_not_take_rows_out_is_not_offered_the_file(client):
    client.force_login(make.viewer())
    came_and_went(came=6, went=3)
    query = between()

    assert FILE not in text(client, f"{PAGE}?{query}")
    assert client.get(f"{FILE}?{query}").status_code == 403
