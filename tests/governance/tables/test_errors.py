"""What the queue shows of an error, odd values included."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.models import HubError
from governance.tables.errors import ErrorTable
from tests import make
from tests.governance.tables import drawn

pytestmark = pytest.mark.django_db


def listed(error: HubError) -> HubError:
    return HubError.objects.listed().get(pk=error.pk)


def cell(name: str, *, table=None, at=None, **given) -> str:
    error = listed(make.error(table or make.CT, **given))
    return drawn.text(drawn.row(ErrorTable, error, as_of=at)[name])


def test_the_company_leads_to_the_record_with_the_list_it_came_from():
    error = make.error(outreach=make.company(company_name="A & B").outreach)
    table = type("Filtered", (ErrorTable,), {"query": "code=X"})

    shown = drawn.text(drawn.row(table, listed(error))["company"])

    assert shown == f'<a href="/errors/{error.pk}/?code=X" data-open>A &amp; B</a>'


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({"domain": "a.example"}, "a.example"),
        ({"domain": None, "company_unique_id": "CO-7"}, "CO-7"),
        ({"domain": None}, "No company"),
    ],
)
def test_an_error_without_an_outreach_id_is_named_by_what_it_has(given, shown):
    assert f">{shown}</a>" in cell("company", outreach=None, **given)
    assert "none" in cell("outreach", outreach=None, **given)


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("<b>bold</b>", "&lt;b&gt;bold&lt;/b&gt;"),
        ("\x1b[31mred", "␛[31mred"),
        ("\u202egnp.exe", "⟨right-to-left override⟩gnp.exe"),
    ],
)
def test_what_a_message_holds_is_shown_and_not_done(message, shown):
    assert shown in cell("message", message=message)


def test_a_long_message_is_cut_and_an_error_without_one_says_so():
    assert len(cell("message", message="x" * 5_000)) < 600
    assert "no message" in cell("message", message=None)


def test_what_never_expires_says_never_and_what_has_expired_says_ago():
    now = timezone.now()

    assert cell("expires", ttl_tier="INFINITE") == "never"
    assert "d ago</time>" in cell("expires", ttl_tier="SHORT", created_at=now - timedelta(days=30))
    assert ">in 7 d</time>" in cell("expires", ttl_tier="SHORT", created_at=now, at=now)


def test_an_age_is_told_from_the_time_of_the_page_and_exactly_on_hover():
    seen = timezone.now() - timedelta(hours=5)

    shown = cell("created", created_at=seen, at=seen + timedelta(days=3))

    assert ">3 d</time>" in shown and f"{seen:%Y-%m-%d %H:%M:%S} UTC" in shown


def test_a_state_is_a_word_and_a_shape():
    shown = cell("disposition", disposition="PARKED")

    assert shown.endswith("PARKED</span>")
    assert 'class="badge is-' in shown and "<svg" in shown


def test_what_is_not_set_says_so():
    shown = drawn.row(ErrorTable, listed(make.error(make.LOG)))

    assert {name: drawn.text(shown[name]) for name in ("park_reason", "next_try", "stage")} == {
        "park_reason": "not parked",
        "next_try": "not planned",
        "stage": "none",
    }


def test_tries_are_used_of_those_there_are_and_the_table_goes_without_its_schema():
    assert cell("tries", retry_count=2, max_retries=3) == "2 / 3"
    shown = cell("table", table=make.DOL)
    assert f'title="{make.DOL}">dol_errors<' in shown
