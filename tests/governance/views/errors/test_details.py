"""The page of one live or archived error."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from governance.models import ArchivedError, HubError, PurgeConsent
from governance.services.operations import plans
from governance.services.operations.runner import run
from tests import make
from tests.markup import tight

pytestmark = pytest.mark.django_db


@pytest.fixture
def ops(client):
    """The client of a signed-in triager."""
    client.force_login(make.triager())
    return client


def queries(client, address: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_a_record_tells_facts_reasons_and_blockers(ops):
    company = make.company()
    error = make.error(outreach=company.outreach, retry_count=1, details={"mx": []})
    make.error(make.DOL, outreach=company.outreach)

    page = ops.get(reverse("governance:error-detail", args=[error.pk])).text

    for words in (
        company.company_name,
        "Domain has no mail server",
        "1 of 3",
        "DNS can change",
        "Company target not done",
        "NO_MATCH",
        "this error",
        "opens no gate",
        "&quot;mx&quot;: []",
    ):
        assert words in page


def test_an_error_without_an_outreach_id_says_everywhere_that_it_blocks_nobody(ops):
    loose = make.error(make.URL, severity="HIGH", blocks=True, outreach=None)

    page = ops.get(f"/errors/{loose.pk}/").content.decode()

    assert page.count("blocks nobody") == 3
    assert not re.search("blocks promotion|It keeps its company from promotion", page)


def test_an_unregistered_code_is_called_so(ops):
    error = make.error(code="NEVER-HEARD-OF")

    assert "unregistered code" in ops.get(reverse("governance:error-detail", args=[error.pk])).text


def test_a_record_knows_its_neighbours_in_the_list_it_came_from(ops):
    at = timezone.now()
    first, middle, last = (make.error(created_at=at - timedelta(hours=n)) for n in (3, 2, 1))
    make.error(make.DOL, created_at=at - timedelta(hours=2, minutes=30))

    page = ops.get(
        reverse("governance:error-detail", args=[middle.pk]) + "?code=CT-M-NO-MX&sort=created"
    ).text

    assert re.search(r'rel="prev" href="([^"?]+)', page).group(1) == reverse(
        "governance:error-detail", args=[first.pk]
    )
    assert re.search(r'rel="next" href="([^"?]+)', page).group(1) == reverse(
        "governance:error-detail", args=[last.pk]
    )
    assert "code=CT-M-NO-MX&amp;sort=created" in page


def place(ops, error, query: str) -> str:
    page = tight(ops.get(f"/errors/{error.pk}/?{query}").text)
    found = re.search(r'<p class="muted place">(.*?)</p>', page)
    return re.sub("<[^>]+>", "", found.group(1)).strip() if found else ""


def test_a_record_says_where_in_its_list_it_stands(ops):
    at = timezone.now()
    rows = [make.error(created_at=at - timedelta(hours=n)) for n in (3, 2, 1)]
    make.error(make.DOL)

    assert place(ops, rows[1], "code=CT-M-NO-MX&sort=created") == "2 of 3"
    assert place(ops, rows[0], "code=CT-M-NO-MX") == "3 of 3"
    assert place(ops, rows[1], "created_after=2020-01-01T00:00Z&code=CT-M-NO-MX") == (
        "2 in this list"
    )
    assert place(ops, rows[1], "disposition=PARKED") == "no longer in this list"
    assert place(ops, rows[1], "") == ""


def test_an_archived_record_says_where_in_its_list_it_stands(ops):
    first, second = make.archived(), make.archived()
    found = [
        re.search("([12]) of", tight(ops.get(f"/errors/archive/{row.pk}/?sort=archived").text))
        for row in (first, second)
    ]

    assert sorted(match.group(1) for match in found) == ["1", "2"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nope=1", "the filter “nope”"),
        ("sort=message", "the order “message”"),
        ("disposition=x", "the value “x” of “disposition”"),
    ],
)
def test_a_record_opens_without_what_its_list_no_longer_has(ops, text, said):
    error = make.error()
    address = reverse("governance:error-detail", args=[error.pk])

    page = ops.get(f"{address}?code=CT-M-NO-MX&{text}", follow=True)

    assert page.redirect_chain == [(f"{address}?code=CT-M-NO-MX", 302)]
    assert f"The list of this error no longer has {said}: it is left out." in page.text
    assert f'href="{reverse("governance:error-list")}?code=CT-M-NO-MX"' in page.text


def test_a_record_costs_few_queries_whatever_happened_to_it(ops):
    make.error()
    error = make.error()
    make.error()
    address = reverse("governance:error-detail", args=[error.pk]) + "?code=CT-M-NO-MX"
    before = queries(ops, address)
    for _ in range(30):
        HubError.objects.filter(pk=error.pk).update(owner=str(uuid4()))
    make.errors(30, outreach=error.outreach)

    # the rows before and after it are read where there are any
    assert queries(ops, address) - before in (0, 1, 2)
    assert before <= 20


def test_a_record_that_does_not_exist_is_not_found(ops):
    assert ops.get(reverse("governance:error-detail", args=[uuid4()])).status_code == 404


def test_a_verb_that_cannot_be_used_now_says_why(ops):
    error = make.error(disposition="PARKED")

    page = tight(ops.get(reverse("governance:error-detail", args=[error.pk])).text)

    assert re.search(r'disabled title="already parked"', page)
    assert re.search(r'primary" href="[^"]+/resolve/"', page)


def test_an_archived_error_is_found_under_its_old_address_and_back(ops):
    error = make.error(make.URL, disposition="RETRY")
    live, archived = (
        reverse(f"governance:{name}-detail", args=[error.pk]) for name in ("error", "archive")
    )
    run(plans.make("archive", errors=[error], by=make.superuser(), reason="MANUAL"))

    assert ops.get(live).url == archived
    page = ops.get(archived).text
    assert (
        "MANUAL" in page
        and "until then it was RETRY" in page
        and reverse("governance:operation-plan", args=["restore"]) in page
    )


def test_an_archived_error_says_what_becomes_of_it_when_its_time_is_over(ops):
    row = make.archived()
    address = reverse("governance:archive-detail", args=[row.pk])

    assert "then deleted" in ops.get(address).text
    PurgeConsent.objects.update(voided_at=timezone.now(), voided_by="somebody")
    assert "nobody agreed to delete such errors" in ops.get(address).text
    ArchivedError.objects.update(held_at=timezone.now(), held_by="x", hold_reason="Matter 17")
    assert "a legal hold keeps it beyond that" in ops.get(address).text


def test_a_restored_error_is_found_in_the_queue(ops):
    error = make.error()

    assert ops.get(reverse("governance:archive-detail", args=[error.pk])).url == reverse(
        "governance:error-detail", args=[error.pk]
    )
