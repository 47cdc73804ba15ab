"""Retention on its page: policies, forecast, account and purges; approving it is somebody else's act."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from governance.models import ErrorTable, PurgeConsent, Schedule
from governance.services import attribution
from governance.services.jobs import runs, schedules
from tests import make
from tests.governance.sql.test_holds import held

pytestmark = pytest.mark.django_db
PAGE = reverse("governance:archive-retention")
AGREE = reverse("governance:archive-agree", args=[make.CT])


def set_retention(days: int, by) -> None:
    attribution.attribute(by=by, reason="reference data", channel="browser")
    ErrorTable.objects.filter(name=make.CT).update(retention=timedelta(days=days))


@pytest.fixture
def page(client):
    client.force_login(make.viewer())
    return lambda: client.get(PAGE)


def cells(context) -> list:
    """Every number of the page that a list of rows can have."""
    found = [cell for one in context["tables"] for cell in (one.archived, one.held, one.overdue)]
    found += [cell for one in context["months"] for cell in (*one.cells, one.total)]
    lines = [*context["accounts"], context["account_of_all"]]
    found += [cell for one in lines for cell in (one.live, one.archived)]
    return found + [one.rows for one in context["purges"]]


def test_every_number_leads_to_exactly_its_rows(client, page):
    at = timezone.now()
    make.error()
    make.error(make.URL)
    for days in (-1, 2, 40, 900):
        make.archived(retention_expires_at=at + timedelta(days=days))
        make.archived(make.DOL, retention_expires_at=at + timedelta(days=days))
    held(retention_expires_at=at)
    runs.run("weekly", trigger="command", started_by="root")

    answer = page()
    found = [cell for cell in cells(answer.context) if cell.rows]

    text = answer.content.decode()
    for cell in found:
        assert f'href="{cell.url.replace("&", "&amp;")}"' in text
        assert len(client.get(cell.url).context["table"].data) == cell.rows, cell.url
    later, everything = answer.context["months"][-1], answer.context["account_of_all"]
    assert (later.first, later.total.rows) == (None, 2)
    assert (everything.live.rows, everything.archived.rows, everything.purged) == (2, 7, 2)
    assert [one.rows.rows for one in answer.context["purges"]] == [1, 1]


def by_whom(one) -> tuple:
    return one.operation or 0, one.run or 0


def test_it_shows_what_was_deleted_with_its_digest(page):
    over = datetime(2026, 1, 1, tzinfo=UTC)
    assert "Nothing has reached the end of its retention" in page().content.decode()

    make.archived(make.DOL).delete()
    make.archived(retention_expires_at=over)
    run = runs.run("weekly", trigger="command", started_by="root")
    make.archived(retention_expires_at=over)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('outreach.operation', '', true)")
        cursor.execute("SELECT set_config('outreach.actor', '', true)")
        cursor.execute("SELECT governance.purge_archives(now())")

    found = page().context["purges"]
    outside, by_sql, by_job = sorted((one.of for one in found), key=by_whom)
    assert len([one for one in found if one.rows.url]) == 1
    assert (by_job.operation, by_job.rows) == (run.steps.get().operation_id, 1)
    assert (by_sql.reference, len(by_sql.digest)) == (f"JR-{by_sql.run}", 64)
    assert outside.reference == by_sql.who == "outreach_app"
    text = page().content.decode()
    for named in (by_job.reference, by_sql.reference, "outside the clean-up"):
        assert named in text


def test_what_the_schedule_leaves_out_is_told_with_whose_word_that_is(client, page):
    asks, agrees = make.manager(), make.manager()
    before = page().content.decode()
    proposal = schedules.propose("weekly", by=asks, leaves_out=[make.CT], reason="trial")
    schedules.enforce(proposal, by=agrees)

    shown = page().content.decode()
    Schedule.objects.in_force().filter(job="weekly").update(is_on=False)
    off = page().content.decode()
    client.force_login(agrees)
    agreeing = client.get(AGREE).content.decode()

    assert "left out" not in before and "switched off" not in before
    assert shown.count("left out: nothing is deleted") == 1
    assert asks.username in shown and agrees.username in shown and "switched off" not in shown
    assert "The weekly clean-up is switched off" in off
    assert "For now all of it does: the weekly clean-up is switched off." in agreeing


def test_it_costs_the_same_for_one_row_and_many(page, django_assert_max_num_queries):
    counts = []
    for _ in range(2):
        with django_assert_max_num_queries(16) as counted:
            page()
        counts.append(len(counted.captured_queries))
        make.archived()
        make.archived(make.DOL)

    assert len(set(counts)) == 1


def test_who_may_approve_agrees_to_the_retention_that_is_shown(client):
    set_retention(30, by=make.admin())
    client.force_login(make.manager())

    shown = client.get(AGREE).content.decode()
    stale = client.post(AGREE, {"days": "365", "note": ""})
    done = client.post(AGREE, {"days": "30", "note": "as the contract says"}, follow=True)

    assert "30 days after" in shown
    assert (stale.status_code, "30 days by now, not 365" in stale.content.decode()) == (409, True)
    assert "Approved: " in done.content.decode()
    assert PurgeConsent.objects.in_force().get(error_table=make.CT).note == "as the contract says"


def test_who_set_it_is_refused_in_words(client):
    somebody = make.superuser()
    set_retention(30, by=somebody)
    client.force_login(somebody)

    answer = client.post(AGREE, {"days": "30"})

    assert answer.status_code == 403
    assert "somebody else agrees to it" in answer.content.decode()


@pytest.mark.parametrize(
    "sent", [{}, {"days": "x"}, {"days": "9" * 30}, {"days": "30", "note": "x" * 10_000}]
)
def test_what_cannot_be_read_is_said_beside_its_field(client, sent):
    client.force_login(make.manager())

    assert client.post(AGREE, sent).status_code == 422
    assert client.get(reverse("governance:archive-agree", args=["nothing"])).status_code == 404
