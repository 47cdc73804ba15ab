"""The page of trends: what it shows of missing days and breaks, and what it refuses."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.models import ReadinessSnapshot
from governance.services import snapshots
from tests import make
from tests.governance.transitions import came_and_went, days_ago
from tests.governance.views.desk import text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("triager")]
PAGE = "/readiness/trends/"


def taken(*days: int) -> None:
    for one in days:
        snapshots.take(days_ago(one))


def test_figures_lead_to_companies_and_days_to_what_moved(client):
    came_and_went(came=6, went=2)
    taken(5, 4)

    page = text(client, f"{PAGE}?from={days_ago(5)}&to={days_ago(4)}")

    assert 'href="/companies/?tier=NOT_READY&amp;reason=CT_PENDING"' in page
    assert f"/readiness/moves/?from={days_ago(5)}&amp;to={days_ago(4)}" in page
    assert page.count("<polyline") == 11
    assert "not which companies they counted" in page
    assert "missing" not in page


def test_missing_days_and_breaks_are_said(client):
    came_and_went(came=9, went=2)
    taken(6, 5, 3)
    ReadinessSnapshot.objects.filter(day=days_ago(3)).update(definition=7)

    page = text(client, f"{PAGE}?from={days_ago(6)}&to={days_ago(3)}")

    assert "1 day without a snapshot" in page
    assert page.count('<td class="num">missing</td>') == 11
    assert "What a tier means changed by" in page and "Definition changed" in page
    assert "over these days</span>" not in page


@pytest.mark.parametrize("days", [7, 30, 90])
def test_the_usual_lengths_are_offered(client, days):
    first = timezone.now().date() - timedelta(days=days - 1)

    page = client.get(f"{PAGE}?from={first}&to={days_ago(0)}")

    assert page.context["trend"].days[0].day == first
    assert [span.label for span in page.context["spans"] if span.current] == [f"{days} days"]


def test_nothing_kept_yet_is_all_missing(client):
    page = text(client, PAGE)

    assert "30 days without a snapshot" in page


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("from=garbage", "is no date"),
        ("from=2026-01-02&to=2026-01-01", "are turned round"),
        (f"to={timezone.now().date() + timedelta(days=2)}", "has not come yet"),
        ("days=7", "is not understood here"),
        ("from=2026-01-01&from=2026-01-02", "stands twice"),
    ],
)
def test_days_that_cannot_be_shown_are_a_sentence(client, query, sentence):
    answer = client.get(f"{PAGE}?{query}")

    assert answer.status_code == 400
    assert sentence in answer.content.decode()


def test_the_page_costs_the_same_for_more_days(client, django_assert_max_num_queries):
    make.promotable()
    came_and_went(came=9, went=2)
    taken(8, 7, 6, 5, 0)

    with django_assert_max_num_queries(12):
        client.get(PAGE)
