"""The rows of an operation as a list: filtered, paged, each effect and group."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.models import HubError, OperationItem
from tests import make
from tests.governance.views.desk import listed, planned, text, url

pytestmark = pytest.mark.django_db


def test_each_figure_of_the_effect_leads_to_its_rows(client, triager):
    ready, held = make.promotable(), make.promotable()
    opens, keeps = make.error(outreach=ready), make.error(outreach=held)
    make.error(make.PEOPLE, outreach=held)
    operation = planned(triager, [opens, keeps, make.error(make.LOG)], "resolve", note="fixed")

    found = {
        name: listed(client, operation, f"effect={name}")
        for name in ("gates", "last_blocker", "blocked_companies")
    }

    assert found["gates"] == found["last_blocker"] == {opens.pk}
    assert found["blocked_companies"] == {opens.pk, keeps.pk}
    assert f"{url(operation, 'rows')}?effect=gates" in text(client, url(operation))


def test_rows_are_listed_by_outcome_and_reason_page_by_page(client, triager):
    operation = planned(triager, [*make.errors(30), make.error(disposition="PARKED")])

    first = client.get(f"{url(operation, 'rows')}?size=25")
    second = client.get(f"{url(operation, 'rows')}?size=25&after={first.context['rows'].after}")
    skipped = client.get(f"{url(operation, 'rows')}?outcome=skipped&reason=already+parked")

    seen = [*first.context["rows"].rows, *second.context["rows"].rows]
    assert [item.subject_id for item in seen] == list(
        OperationItem.objects.order_by("subject_id").values_list("subject_id", flat=True)
    )
    assert len(skipped.context["rows"].rows) == 1


def test_a_row_that_is_gone_is_still_listed(client, triager):
    error = make.error()
    operation = planned(triager, [error])
    HubError.objects.filter(pk=error.pk).delete()

    page = text(client, url(operation, "rows"))

    assert str(error.pk) in page and "no longer there" in page


@pytest.mark.parametrize(
    "query", ["outcome=perhaps", "effect=magic", "colour=red", "sort=reason", "undo=all"]
)
def test_rows_refuse_what_they_do_not_know(client, triager, query):
    assert client.get(f"{url(planned(triager), 'rows')}?{query}").status_code == 400


def test_rows_cost_the_same_for_one_and_for_many(client, triager):
    small, large = planned(triager), planned(triager, make.errors(60))
    client.get(url(small, "rows"))

    assert queries_of(client, url(small, "rows")) == queries_of(client, url(large, "rows")) <= 12


def queries_of(client, address) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)
